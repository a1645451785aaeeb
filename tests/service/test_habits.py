"""Habits, as callers of the API see them. Every answer is held against openapi.yaml."""

import concurrent.futures
import datetime
import uuid

import pytest

import prometheus_server
from program import wait_until


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


@pytest.fixture(params=["sqlite", "postgresql"])
def copy(request, start_program):
    """A copy of its own on each database."""
    if request.param == "sqlite":
        running = start_program()
    else:
        running = start_program(DATABASE_URL=request.getfixturevalue("postgres").new_database())
    yield running
    running.stop()


def person_of(callers_of, program):
    return callers_of(program).user(f"alice-{uuid.uuid4()}", zoneinfo="Europe/Berlin")


def at_once(call, times=64):
    with concurrent.futures.ThreadPoolExecutor(times) as pool:
        return list(pool.map(call, range(times)))


def expect_counted_once(client, habit, operations):
    path = f"/habits/{habit['id']}"
    assert client.get(f"{path}/streak").json()["completions"] == 1
    assert client.get(f"{path}/streak").json()["currentStreak"] == 1
    assert len(client.get(f"{path}/completions").json()["items"]) == 1
    types = [change["type"] for change in client.get("/changes").json()["items"]]
    assert types.count("habit.completed") == 1
    assert "scheduling_habits_completed_total 1" in operations.get("/metrics").text.splitlines()


def test_a_completion_is_counted_once_under_64_repeats(copy, callers_of):
    alice = person_of(callers_of, copy)
    habit = make(alice)
    answers = at_once(lambda _: alice.post(f"/habits/{habit['id']}/complete", json={}))
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json()["completions"] for answer in answers} == {1}
    expect_counted_once(alice, habit, callers_of(copy).operations())


def test_a_completion_with_a_key_is_counted_once_under_64_repeats(copy, callers_of):
    alice = person_of(callers_of, copy)
    habit = make(alice, goal={"amount": 2, "unit": "litres"})
    key = {"Idempotency-Key": str(uuid.uuid4())}

    def complete(_):
        # While the first still runs a repeat is answered 409; it is then to be repeated again.
        for _attempt in range(200):
            answer = alice.post(f"/habits/{habit['id']}/complete", json={"amount": 2}, headers=key)
            if answer.status_code != 409:
                return answer
        return answer

    answers = at_once(complete)
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1, "a repeat answers what the first one did"
    assert answers[0].json()["entry"]["amount"] == 2
    expect_counted_once(alice, habit, callers_of(copy).operations())


def test_amounts_told_at_once_are_all_counted(copy, callers_of):
    alice = person_of(callers_of, copy)
    habit = make(alice, goal={"amount": 64, "unit": "pages"})
    path = f"/habits/{habit['id']}"
    answers = at_once(lambda _: alice.post(f"{path}/complete", json={"amount": 1}))
    assert {answer.status_code for answer in answers} == {200}
    assert [item["amount"] for item in alice.get(f"{path}/completions").json()["items"]] == [64]
    expect_counted_once(alice, habit, callers_of(copy).operations())


def streaks(operations):
    """The gauge of streaks by class, as one copy shows it."""
    shown = {}
    for line in operations.get("/metrics").text.splitlines():
        if line.startswith("scheduling_habit_streaks_current{"):
            name, number = line.rsplit(" ", 1)
            shown[name.split('"')[1]] = float(number)
    return shown


def live_some_streaks(client):
    """Habits with streaks of 0, 2 and 8 days, one of 3 weeks, and one that is archived."""
    today = datetime.date.fromisoformat(make(client)["progress"]["date"])

    def done(habit, *ago):
        for days in ago:
            date = str(today - datetime.timedelta(days=days))
            answer = client.post(f"/habits/{habit['id']}/complete", json={"date": date})
            assert answer.status_code == 200, answer.text

    done(make(client), 0, 1)
    done(make(client), *range(8))
    monday = today - datetime.timedelta(days=today.weekday())
    weekly = make(client, frequency="weekly", startDate=str(monday - datetime.timedelta(days=21)))
    done(weekly, *[(today - monday).days + 7 * weeks for weeks in (1, 2, 3)])
    archived = make(client)
    done(archived, 0)
    assert client.patch(f"/habits/{archived['id']}", json={"archived": True}).status_code == 200


STREAKS = {"0": 1, "1-2": 1, "3-6": 0, "7-13": 1, "14-29": 1, "30-99": 0, "100+": 0}


def test_the_gauge_of_streaks_tells_the_truth_after_a_restart(start_program, callers_of):
    first = start_program()
    live_some_streaks(person_of(callers_of, first))
    assert first.stop() == 0
    second = start_program(folder=first.folder)
    operations = callers_of(second).operations()
    wait_until(lambda: streaks(operations) == STREAKS, 40, "streaks are counted")
    second.stop()


def test_two_copies_on_one_database_show_the_same_streaks(start_program, callers_of, postgres):
    url = postgres.new_database()
    first = start_program(DATABASE_URL=url)
    live_some_streaks(person_of(callers_of, first))
    second = start_program(DATABASE_URL=url)
    for running in (second, first):  # the first one counts again half a minute after its start
        operations = callers_of(running).operations()
        wait_until(lambda shown=operations: streaks(shown) == STREAKS, 60, "streaks are counted")
    first.stop()
    second.stop()


def test_the_panels_of_goals_and_habits_are_right_for_two_copies(start_program, callers_of, postgres, tmp_path):
    if not prometheus_server.installed():
        pytest.skip("no Prometheus is installed")
    url = postgres.new_database()
    copies = {name: start_program(DATABASE_URL=url) for name in ("one", "two")}
    targets = {name: (f"127.0.0.1:{running.ops_port}", "/metrics") for name, running in copies.items()}
    with prometheus_server.Prometheus(tmp_path, targets) as server:
        def value(expression):
            return {labels.get("days", ""): number for labels, number in server.query(expression)}

        def shows(expression, wanted):
            return wait_until(lambda: value(expression) == wanted, 60, f"{expression} shows {wanted}")

        shows("sum(scheduling_goals_created_total)", {"": 0})
        shows("count(up == 1)", {"": 2})
        alice = person_of(callers_of, copies["one"])
        live_some_streaks(alice)
        other = person_of(callers_of, copies["two"])
        made = [client.post("/goals", json={"title": "Paint"}).json() for client in (alice, other, other)]
        done = other.patch(f"/goals/{made[1]['id']}", json={"status": "completed"})
        assert done.json()["status"] == "completed"
        # Counters are each copy's own and are summed; a gauge of the cluster is told by every copy.
        shows("sum(scheduling_goals_created_total)", {"": 3})
        shows("sum(scheduling_habits_completed_total)", {"": 14})
        shows("sum(scheduling_goals_completed_total) / sum(scheduling_goals_created_total)", {"": 1 / 3})
        shows("sum(increase(scheduling_goals_completed_total[10m])) > bool 0", {"": 1})
        shows("max by (days) (scheduling_habit_streaks_current)", STREAKS)
        shows("sum(max by (days) (scheduling_habit_streaks_current))", {"": 4})
    for running in copies.values():
        running.stop()


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
