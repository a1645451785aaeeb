"""Goals as callers of the API see them; every answer is held against openapi.yaml on the way."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import pytest


@pytest.fixture
def alice(callers):
    return callers.user(f"alice-{uuid.uuid4()}")


def goal_of(client, **content):
    made = client.post("/goals", json={"title": "Run", **content})
    assert made.status_code == 201, made.text
    return made.json()


def test_a_goal_is_set_changed_and_deleted(alice):
    goal = goal_of(alice, metrics={"target": 500, "unit": "km"}, targetDate={"date": "2999-12-31"})
    path = f"/goals/{goal['id']}"
    changed = alice.patch(path, json={"priority": "high"}, headers={"If-Match": goal["etag"]})
    assert changed.status_code == 200
    assert changed.json()["priority"] == "high"
    assert changed.json()["metrics"]["target"] == 500
    assert alice.patch(path, json={"title": "x"}, headers={"If-Match": goal["etag"]}).status_code == 412
    assert [item["id"] for item in alice.get("/goals?status=active&sort=priority").json()["items"]] == [goal["id"]]
    assert alice.delete(path).status_code == 204
    assert alice.get(path).status_code == 404


def test_another_persons_goal_is_not_there(alice, callers):
    goal = goal_of(alice)
    mallory = callers.user(f"mallory-{uuid.uuid4()}")
    assert mallory.get(f"/goals/{goal['id']}").status_code == 404
    assert mallory.put(f"/goals/{goal['id']}/progress", json={"value": 1}).status_code == 404


def test_64_people_at_once_lose_no_progress(alice):
    goal = goal_of(alice, metrics={"target": 64})
    path = f"/goals/{goal['id']}"
    with ThreadPoolExecutor(max_workers=16) as pool:
        answers = list(pool.map(lambda _: alice.post(f"{path}/progress", json={"amount": 1}), range(64)))
    assert {answer.status_code for answer in answers} == {201}
    after = alice.get(path).json()
    assert after["metrics"]["completion"] == 64
    assert after["status"] == "completed"
    assert len(alice.get(f"{path}/progress?maxResults=1000").json()["items"]) == 64


def test_analytics_forecast_the_end(alice):
    today = datetime.now(timezone.utc)
    start = today - timedelta(days=4)
    goal = goal_of(
        alice,
        startDate=start.date().isoformat(),
        targetDate=(today + timedelta(days=60)).date().isoformat(),
        metrics={"target": 100},
    )
    path = f"/goals/{goal['id']}"
    for day in range(5):
        at = (start + timedelta(days=day) - timedelta(minutes=1)).isoformat()
        assert alice.put(f"{path}/progress", json={"amount": 4, "at": at}).status_code == 200
    analytics = alice.get(f"{path}/analytics").json()
    assert analytics["progress"] == pytest.approx(0.2)
    assert analytics["verdict"] in {"onTrack", "likely"}
    assert analytics["estimatedCompletion"]["interval"]["level"] == 0.8
    assert analytics["series"]


def test_milestones_and_key_results_weigh(alice):
    goal = goal_of(
        alice,
        keyResults=[{"title": "Users", "target": 10, "weight": 3}],
        milestones=[{"title": "Beta"}],
    )
    path = f"/goals/{goal['id']}"
    result = goal["keyResults"][0]["id"]
    alice.put(f"{path}/progress", json={"value": 5, "keyResultId": result})
    done = alice.post(f"{path}/milestones/{goal['milestones'][0]['id']}/complete")
    assert done.status_code == 200
    assert done.json()["progress"] == pytest.approx((3 * 0.5 + 1) / 4)
    types = [change["type"] for change in alice.get("/changes").json()["items"]]
    assert "goal.milestone.completed" in types
    assert "goal.progress.updated" in types
