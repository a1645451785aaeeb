"""Habits, as callers of the API see them. Every answer is held against openapi.yaml."""

import concurrent.futures
import datetime
import uuid

import pytest


@pytest.fixture
def alice(callers):
    return callers.user(f"alice-{uuid.uuid4()}", zoneinfo="Europe/Berlin")


def make(client, **content):
    answer = client.post("/habits", json={"name": "Walk", **content})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_habit_is_begun_completed_and_taken_back(alice):
    habit = make(alice, targetTime="07:30", duration=30, reminders={"enabled": True, "advanceNotice": [15]})
    path = f"/habits/{habit['id']}"
    done = alice.post(f"{path}/complete", json={"note": "rain"})
    assert done.status_code == 200, done.text
    assert done.json()["currentStreak"] == 1
    assert alice.post(f"{path}/complete", json={}).json()["completions"] == 1
    assert alice.get(path).json()["progress"]["done"] is True
    assert [item["note"] for item in alice.get(f"{path}/completions").json()["items"]] == ["rain"]
    assert alice.get(f"{path}/streak").json()["nextMilestone"] == 7
    assert alice.get(f"{path}/stats").json()["completion"]["done"] == 1
    assert alice.delete(f"{path}/complete").json()["currentStreak"] == 0
    assert alice.delete(path).status_code == 204
    assert alice.get(path).status_code == 404


def test_a_past_is_told_and_milestones_are_reached(alice):
    today = datetime.date.fromisoformat(make(alice)["progress"]["date"])
    habit = make(alice, startDate=str(today - datetime.timedelta(days=6)))
    path = f"/habits/{habit['id']}"
    for ago in range(1, 7):
        date = str(today - datetime.timedelta(days=ago))
        assert alice.post(f"{path}/complete", json={"date": date}).status_code == 200
    last = alice.post(f"{path}/complete", json={}).json()
    assert last["currentStreak"] == 7
    assert last["milestone"] == 7
    changes = alice.get("/changes").json()["items"]
    mine = [change["type"] for change in changes if change["resourceId"] == habit["id"]]
    assert mine.count("habit.completed") == 7
    assert mine.count("habit.streak.updated") == 1


def test_a_completion_is_counted_once_under_64_repeats(alice):
    habit = make(alice)
    path = f"/habits/{habit['id']}"
    with concurrent.futures.ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(lambda _: alice.post(f"{path}/complete", json={}), range(64)))
    assert {answer.status_code for answer in answers} == {200}
    assert alice.get(f"{path}/streak").json()["completions"] == 1
    changes = alice.get("/changes").json()["items"]
    assert [change["type"] for change in changes].count("habit.completed") == 1


def test_what_is_due_and_what_rests(alice):
    habit = make(alice)
    path = f"/habits/{habit['id']}"
    due = alice.get("/habits", params={"due": "today"}).json()["items"]
    assert [item["id"] for item in due] == [habit["id"]]
    assert alice.post(f"{path}/pause", json={"note": "holidays"}).json()["progress"]["paused"] is True
    assert alice.get("/habits", params={"due": "today"}).json()["items"] == []
    assert alice.post(f"{path}/resume", json={}).json()["progress"]["due"] is True
    assert alice.post(f"{path}/skip", json={"kind": "freeze"}).json()["entry"]["status"] == "frozen"
    assert alice.delete(f"{path}/skip").status_code == 200
