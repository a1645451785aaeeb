"""Calendars, sharing and feeds, as callers of the API see them."""

import uuid

import pytest


@pytest.fixture
def alice(callers):
    return callers.user(f"alice-{uuid.uuid4()}", email="alice@example.com")


def primary_of(client):
    return client.get("/calendars").json()["items"][0]


def test_a_new_person_has_a_primary_calendar_in_their_zone(callers):
    client = callers.user(f"new-{uuid.uuid4()}", zoneinfo="America/New_York")
    calendars = client.get("/calendars").json()["items"]
    assert len(calendars) == 1
    assert calendars[0]["primary"] is True
    assert calendars[0]["accessRole"] == "owner"
    assert calendars[0]["timeZone"] == "America/New_York"
    assert client.get("/settings").json()["timeZone"] == "America/New_York"


def test_a_calendar_is_created_changed_and_deleted(alice):
    created = alice.post("/calendars", json={"name": "Work", "timeZone": "Europe/Berlin"})
    assert created.status_code == 201
    calendar = created.json()
    assert created.headers["etag"] == calendar["etag"]
    assert created.headers["location"].endswith(f"/calendars/{calendar['id']}")

    path = f"/calendars/{calendar['id']}"
    changed = alice.patch(path, json={"name": "Office", "backgroundColor": "#AABBCC"})
    assert changed.status_code == 200
    assert changed.json()["name"] == "Office"
    assert changed.json()["backgroundColor"] == "#aabbcc"
    assert changed.json()["timeZone"] == "Europe/Berlin"

    stale = alice.patch(path, json={"name": "Late"}, headers={"If-Match": calendar["etag"]})
    assert stale.status_code == 412
    current = {"If-None-Match": changed.json()["etag"]}
    assert alice.get(path, headers=current).status_code == 304

    assert alice.delete(path).status_code == 204
    assert alice.get(path).status_code == 404


def test_every_problem_of_a_body_is_named_at_once(alice):
    answer = alice.post("/calendars", json={"timeZone": "Mars/Olympus", "backgroundColor": 3, "size": 1})
    assert answer.status_code == 422
    error = answer.json()["error"]
    assert error["code"] == "VALIDATION_ERROR"
    fields = {detail["field"] for detail in error["details"]}
    assert fields == {"name", "timeZone", "backgroundColor", "size"}
    assert error["requestId"] == answer.headers["x-request-id"]


def test_the_primary_calendar_stays(alice):
    calendar = primary_of(alice)
    assert alice.delete(f"/calendars/{calendar['id']}").status_code == 422


def test_a_calendar_is_shared_by_role(callers, alice):
    subject = f"bob-{uuid.uuid4()}"
    bob = callers.user(subject)
    bob.get("/calendars")
    calendar = alice.post("/calendars", json={"name": "Shared"}).json()
    path = f"/calendars/{calendar['id']}"
    event = alice.post(
        "/events",
        json={
            "calendarId": calendar["id"],
            "summary": "Secret plan",
            "start": {"dateTime": "2026-03-02T09:00:00Z"},
            "end": {"dateTime": "2026-03-02T10:00:00Z"},
        },
    ).json()
    assert bob.get(path).status_code == 404
    assert bob.get(f"/events/{event['id']}").status_code == 404

    entry = alice.post(f"{path}/acl", json={"subject": subject, "role": "freeBusyReader"})
    assert entry.status_code == 201, entry.text
    seen = bob.get(f"/events/{event['id']}").json()
    assert "summary" not in seen
    assert seen["start"]["dateTime"].startswith("2026-03-02T09:00:00")

    role = alice.patch(f"{path}/acl/{entry.json()['id']}", json={"role": "reader"})
    assert role.status_code == 200
    assert bob.get(f"/events/{event['id']}").json()["summary"] == "Secret plan"
    assert bob.get(path).json()["accessRole"] == "reader"
    assert bob.patch(f"/events/{event['id']}", json={"summary": "Mine"}).status_code == 403

    assert alice.patch(f"{path}/acl/{entry.json()['id']}", json={"role": "writer"}).status_code == 200
    assert bob.patch(f"/events/{event['id']}", json={"summary": "Ours"}).status_code == 200
    assert bob.delete(path).status_code == 403

    assert alice.delete(f"{path}/acl/{entry.json()['id']}").status_code == 204
    assert bob.get(path).status_code == 404


def test_a_feed_address_reads_the_calendar_until_it_is_revoked(callers, alice):
    calendar = primary_of(alice)
    alice.post(
        "/events",
        json={
            "summary": "Dentist",
            "start": {"dateTime": "2026-03-02T09:00:00+01:00", "timeZone": "Europe/Berlin"},
            "end": {"dateTime": "2026-03-02T10:00:00+01:00", "timeZone": "Europe/Berlin"},
        },
    )
    feed = alice.post(f"/calendars/{calendar['id']}/feeds")
    assert feed.status_code == 201, feed.text
    path = "/feeds/" + feed.json()["url"].rsplit("/feeds/", 1)[1]
    answer = callers.stranger().get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    assert "SUMMARY:Dentist" in answer.text
    listed = alice.get(f"/calendars/{calendar['id']}/feeds").json()["items"]
    assert [one["id"] for one in listed] == [feed.json()["id"]]
    assert "url" not in listed[0]
    revoked = alice.delete(f"/calendars/{calendar['id']}/feeds/{feed.json()['id']}")
    assert revoked.status_code == 204
    assert callers.stranger().get(path).status_code == 404
