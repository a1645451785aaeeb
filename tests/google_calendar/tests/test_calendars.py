"""Calendars, lists of them, sharing, free/busy, settings."""

import pytest
from conftest import ALEX, BO

LIST = "/users/me/calendarList"


def test_the_primary_calendar_is_in_the_list(google):
    items, token = google.pages(LIST)
    assert token and len(items) == 1
    assert items[0]["id"] == ALEX and items[0]["primary"] is True and items[0]["accessRole"] == "owner"
    assert items[0]["timeZone"] == "Europe/Berlin" and items[0]["kind"] == "calendar#calendarListEntry"


def test_a_secondary_calendar_is_made_changed_and_deleted(google):
    made = google.call("POST", "/calendars", {"summary": "Work", "timeZone": "Asia/Tokyo"})
    path = f"/calendars/{made['id']}"
    assert made["id"].endswith("@group.calendar.google.com") and made["dataOwner"] == ALEX
    patched = google.call("PATCH", path, {"description": "x"})
    assert (patched["summary"], patched["description"], patched["timeZone"]) == ("Work", "x", "Asia/Tokyo")
    google.refused(412, "conditionNotMet", "PUT", path, {"summary": "No"}, {"If-Match": made["etag"]})
    put = google.call("PUT", path, {"summary": "Job"})
    assert put["summary"] == "Job" and "description" not in put and put["timeZone"] == "Asia/Tokyo"
    google.call("DELETE", path)
    google.refused(404, "notFound", "GET", path)
    google.refused(400, "required", "POST", "/calendars", {})
    google.refused(400, "invalid", "DELETE", "/calendars/primary")


def test_events_are_answered_in_the_zone_that_a_calendar_has_now(google):
    event = google.insert(start="2026-03-02T09:00:00Z", end="2026-03-02T10:00:00Z")
    _, token = google.pages("/calendars/primary/events")
    google.call("PATCH", "/calendars/primary", {"timeZone": "Asia/Tokyo"})
    now = google.call("GET", f"/calendars/primary/events/{event['id']}")
    assert now["start"] == {"dateTime": "2026-03-02T18:00:00+09:00", "timeZone": "Europe/Berlin"}
    assert now["etag"] == event["etag"] and google.pages("/calendars/primary/events", syncToken=token)[0] == []


def test_clearing_deletes_what_is_in_a_primary_calendar(google):
    google.control("POST", "/fill", {"calendarId": ALEX, "count": 20, "recurring": 0.5})
    _, token = google.pages("/calendars/primary/events")
    google.call("POST", "/calendars/primary/clear")
    assert google.pages("/calendars/primary/events")[0] == []
    gone = google.pages("/calendars/primary/events", syncToken=token)[0]
    assert len(gone) == 20 and {one["status"] for one in gone} == {"cancelled"}
    work = google.call("POST", "/calendars", {"summary": "Work"})["id"]
    google.refused(400, "invalid", "POST", f"/calendars/{work}/clear")


def test_sharing_gives_a_role_and_no_more(google, bo):
    work = google.call("POST", "/calendars", {"summary": "Work"})["id"]
    private = google.insert(work, summary="Secret", visibility="private")
    bo.refused(404, "notFound", "GET", f"/calendars/{work}/events")
    rule = google.call("POST", f"/calendars/{work}/acl", {"role": "reader", "scope": {"type": "user", "value": BO}})
    assert rule["id"] == f"user:{BO}"
    entry = bo.call("POST", LIST, {"id": work})
    assert entry["accessRole"] == "reader"
    seen = bo.call("GET", f"/calendars/{work}/events/{private['id']}")
    assert "summary" not in seen and seen["visibility"] == "private"
    bo.refused(403, "requiredAccessLevel", "POST", f"/calendars/{work}/events", {})
    bo.refused(403, "requiredAccessLevel", "GET", f"/calendars/{work}/acl")
    google.call("PATCH", f"/calendars/{work}/acl/user:{BO}", {"role": "writer"})
    assert bo.insert(work)["creator"]["email"] == BO
    google.call("DELETE", f"/calendars/{work}/acl/user:{BO}")
    bo.refused(404, "notFound", "GET", f"/calendars/{work}/events")
    items = google.pages(f"/calendars/{work}/acl", showDeleted=True)[0]
    assert {one["id"]: one["role"] for one in items} == {f"user:{ALEX}": "owner", f"user:{BO}": "none"}


def test_list_entries_have_their_own_colours_and_reminders(google):
    work = google.call("POST", "/calendars", {"summary": "Work"})["id"]
    path = f"{LIST}/{work}"
    entry = google.call("PATCH", path, {"backgroundColor": "#123456", "summaryOverride": "Job"})
    assert entry["backgroundColor"] != "#123456" and entry["summaryOverride"] == "Job" and entry["summary"] == "Work"
    entry = google.call("PATCH", path, {"backgroundColor": "#123456"}, colorRgbFormat=True)
    assert entry["backgroundColor"] == "#123456"
    google.call("PUT", path, {"hidden": True, "defaultReminders": []})
    assert work not in [one["id"] for one in google.pages(LIST)[0]]
    assert work in [one["id"] for one in google.pages(LIST, showHidden=True)[0]]
    google.call("DELETE", path)
    google.refused(404, "notFound", "GET", path)
    assert google.call("GET", f"/calendars/{work}")["id"] == work
    google.refused(403, "forbidden", "DELETE", f"{LIST}/primary")


def test_ownership_is_transferred_by_administrators_alone(google, bo):
    work = google.call("POST", "/calendars", {"summary": "Work"})["id"]
    path = f"/calendars/{work}/transferOwnership"
    google.refused(403, "forbidden", "POST", path, newDataOwner=BO, useAdminAccess=True)
    google.refused(400, "required", "POST", path, useAdminAccess=True)
    google.control("POST", "/accounts", {"email": "admin@example.com", "admin": True})
    admin = google.control("POST", "/accounts/admin@example.com/tokens", {})["access_token"]
    moved = google.send("POST", path, newDataOwner=BO, useAdminAccess=True, token=admin)
    assert moved.json()["dataOwner"] == BO and work in [one["id"] for one in bo.pages(LIST)[0]]


def test_free_busy_joins_and_leaves_out(google, bo):
    bo.insert(start="2026-03-02T09:00:00Z", end="2026-03-02T10:00:00Z")
    bo.insert(start="2026-03-02T09:30:00Z", end="2026-03-02T11:00:00Z")
    bo.insert(start="2026-03-02T14:00:00Z", end="2026-03-02T15:00:00Z", transparency="transparent")
    bo.insert(start="2026-03-03", end="2026-03-04")
    series = bo.insert(start="2026-03-04T08:00:00+01:00", end="2026-03-04T09:00:00+01:00",
                       recurrence=["RRULE:FREQ=DAILY;COUNT=3"])
    bo.call("DELETE", f"/calendars/primary/events/{series['id']}_20260305T070000Z")
    answer = google.call("POST", "/freeBusy", {
        "timeMin": "2026-03-02T00:00:00Z", "timeMax": "2026-03-07T00:00:00Z", "timeZone": "Europe/Berlin",
        "items": [{"id": BO}, {"id": "nobody@example.org"}]})
    assert answer["calendars"]["nobody@example.org"]["errors"] == [{"domain": "global", "reason": "notFound"}]
    assert [(one["start"], one["end"]) for one in answer["calendars"][BO]["busy"]] == [
        ("2026-03-02T10:00:00+01:00", "2026-03-02T12:00:00+01:00"),
        ("2026-03-03T00:00:00+01:00", "2026-03-04T00:00:00+01:00"),
        ("2026-03-04T08:00:00+01:00", "2026-03-04T09:00:00+01:00"),
        ("2026-03-06T08:00:00+01:00", "2026-03-06T09:00:00+01:00")]


@pytest.mark.parametrize(("body", "reason"), [
    ({"timeMax": "2026-03-07T00:00:00Z"}, "required"),
    ({"timeMin": "2026-03-07T00:00:00Z", "timeMax": "2026-03-07T00:00:00Z"}, "timeRangeEmpty"),
    ({"timeMin": "2026-03-07T00:00:00Z", "timeMax": "2027-03-07T00:00:00Z"}, "timeRangeTooLong"),
    ({"timeMin": "2026-03-07T00:00:00Z", "timeMax": "2026-03-08T00:00:00Z", "calendarExpansionMax": 51}, "invalid")])
def test_a_wrong_free_busy_query_is_refused(google, body, reason):
    google.refused(400, reason, "POST", "/freeBusy", body)


def test_settings_and_colors_are_read(google):
    assert google.call("GET", "/users/me/settings/timezone")["value"] == "Europe/Berlin"
    google.refused(404, "notFound", "GET", "/users/me/settings/none")
    items, token = google.pages("/users/me/settings", maxResults=5)
    assert len(items) == 12 and google.pages("/users/me/settings", syncToken=token)[0] == []
    colours = google.call("GET", "/colors")
    assert len(colours["calendar"]) == 24 and len(colours["event"]) == 11
