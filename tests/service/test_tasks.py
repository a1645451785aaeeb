"""Tasks as callers of the API see them; every answer is held against openapi.yaml on the way."""

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import pytest

DEADLINE = 30  # seconds that what happens by itself may take


@pytest.fixture
def alice(callers):
    return callers.user(f"alice-{uuid.uuid4()}")


def task_of(client, **content):
    made = client.post("/tasks", json={"title": "Report", **content})
    assert made.status_code == 201, made.text
    return made.json()


def wait_until(look):
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("it has not happened in time")


def test_a_task_is_written_changed_and_deleted(alice):
    task = task_of(alice, duration=90, deadline={"date": "2999-12-31"}, tags=["work"])
    path = f"/tasks/{task['id']}"
    changed = alice.patch(path, json={"priority": "high"}, headers={"If-Match": task["etag"]})
    assert changed.status_code == 200
    assert changed.json()["priority"] == "high"
    assert alice.patch(path, json={"title": "x"}, headers={"If-Match": task["etag"]}).status_code == 412
    replaced = alice.put(path, json={"title": "Letter", "deadline": None, "duration": None})
    assert replaced.status_code == 200, replaced.text
    assert "deadline" not in replaced.json()
    listed = alice.get("/tasks", params={"status": "open", "sort": "priority", "q": "lett"}).json()["items"]
    assert [item["id"] for item in listed] == [task["id"]]
    assert alice.delete(path).status_code == 204
    assert alice.get(path).status_code == 404
    types = [change["type"] for change in alice.get("/changes").json()["items"]]
    assert [kind for kind in types if kind.startswith("task.")] == [
        "task.created", "task.updated", "task.updated", "task.deleted"]


def test_another_persons_task_is_not_there(alice, callers):
    task = task_of(alice)
    mallory = callers.user(f"mallory-{uuid.uuid4()}")
    assert mallory.get(f"/tasks/{task['id']}").status_code == 404
    assert mallory.post(f"/tasks/{task['id']}/complete").status_code == 404
    refused = mallory.post("/tasks", json={"title": "x", "blockedBy": [task["id"]]})
    assert refused.status_code == 422


def test_a_task_waits_for_others_and_never_for_itself(alice):
    wall = task_of(alice, title="Wall")
    roof = task_of(alice, title="Roof", blockedBy=[wall["id"]])
    refused = alice.post(f"/tasks/{roof['id']}/complete")
    assert refused.status_code == 409
    assert wall["id"] in refused.json()["error"]["message"]
    cycle = alice.patch(f"/tasks/{wall['id']}", json={"blockedBy": [roof["id"]]})
    assert cycle.status_code == 422
    issue = cycle.json()["error"]["details"][0]["issue"]
    assert f"{wall['id']} waits for {roof['id']} waits for {wall['id']}" in issue
    assert alice.post(f"/tasks/{wall['id']}/complete").status_code == 200
    assert alice.get(f"/tasks/{roof['id']}").json()["blocked"] is False
    assert alice.post(f"/tasks/{roof['id']}/complete").status_code == 200


def test_a_recurring_task_keeps_its_wall_clock_over_a_change_of_clocks(alice):
    alice.patch("/settings", json={"timeZone": "America/New_York"})
    task = task_of(
        alice,
        title="Bins",
        deadline={"dateTime": "2999-03-08T07:00:00", "timeZone": "Europe/Berlin"},
        recurrence="RRULE:FREQ=MONTHLY",
    )
    done = alice.post(f"/tasks/{task['id']}/complete").json()
    following = alice.get(f"/tasks/{done['nextId']}").json()
    assert done["deadline"]["dateTime"] == "2999-03-08T07:00:00+01:00"
    assert following["deadline"] == {"dateTime": "2999-04-08T07:00:00+02:00", "timeZone": "Europe/Berlin"}
    assert following["occurrence"] == 2
    reopened = alice.delete(f"/tasks/{task['id']}/complete").json()
    assert "nextId" not in reopened
    assert alice.get(f"/tasks/{done['nextId']}").status_code == 404


def test_64_people_at_once_complete_a_task_once(alice):
    task = task_of(alice, deadline={"date": "2999-01-31"}, recurrence="FREQ=MONTHLY")
    path = f"/tasks/{task['id']}/complete"
    with ThreadPoolExecutor(max_workers=16) as pool:
        answers = list(pool.map(lambda _: alice.post(path), range(64)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["nextId"] for answer in answers}) == 1
    assert len(alice.get("/tasks").json()["items"]) == 2
    types = [change["type"] for change in alice.get("/changes").json()["items"]]
    assert types.count("task.completed") == 1


def test_a_goal_moves_with_its_tasks_without_anybody_looking(alice):
    goal = alice.post("/goals", json={"title": "Move house"}).json()
    first = task_of(alice, goalId=goal["id"])
    second = task_of(alice, goalId=goal["id"])

    def progress():
        # A list does not work anything out; what it shows is stored.
        return alice.get("/goals").json()["items"][0]["progress"]

    alice.post(f"/tasks/{first['id']}/complete")
    wait_until(lambda: progress() == pytest.approx(0.5))
    alice.post(f"/tasks/{second['id']}/complete")
    wait_until(lambda: alice.get("/goals", params={"status": "completed"}).json()["items"])
    alice.delete(f"/tasks/{second['id']}/complete")
    wait_until(lambda: progress() == pytest.approx(0.5))


def test_an_open_task_is_reminded_of_and_a_done_one_is_not(alice):
    deadline = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(days=2)
    task = task_of(alice, deadline={"dateTime": deadline.isoformat(), "timeZone": "UTC"})

    def planned():
        items = alice.get("/reminders").json()["items"]
        return [item for item in items if item["resourceId"] == task["id"]]

    reminder = wait_until(planned)[0]
    assert reminder["kind"] == "task"
    assert reminder["leadMinutes"] == 60
    assert datetime.fromisoformat(reminder["due"].replace("Z", "+00:00")) == deadline - timedelta(hours=1)
    alice.post(f"/tasks/{task['id']}/complete")
    wait_until(lambda: not planned())


def test_time_spent_is_logged_and_taken_back(alice):
    task = task_of(alice)
    path = f"/tasks/{task['id']}"
    entry = alice.post(f"{path}/time", json={"duration": 45, "note": "draft"}).json()
    alice.post(f"{path}/time", json={"duration": 15})
    assert alice.get(path).json()["timeSpent"] == 60
    assert [item["duration"] for item in alice.get(f"{path}/time").json()["items"]] == [15, 45]
    assert alice.delete(f"{path}/time/{entry['id']}").status_code == 204
    assert alice.get(path).json()["timeSpent"] == 15
