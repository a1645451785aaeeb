"""Lists, pages and sync tokens."""

import pytest
from conftest import ALEX, moment

EVENTS = "/calendars/primary/events"


def fill(google, count, **more):
    return google.control("POST", "/fill", {"calendarId": ALEX, "count": count, **more})["ids"]


def test_pages_hold_every_event_once_and_only_the_last_a_sync_token(google):
    ids = fill(google, 23)
    first = google.call("GET", EVENTS, maxResults=10)
    assert len(first["items"]) == 10 and "nextSyncToken" not in first
    items, token = google.pages(maxResults=10)
    assert sorted(one["id"] for one in items) == sorted(ids) and token


def test_an_incremental_list_has_what_changed_and_bare_tombstones(google):
    ids = fill(google, 5)
    _, token = google.pages()
    google.call("PATCH", f"{EVENTS}/{ids[2]}", {"summary": "New"})
    google.call("DELETE", f"{EVENTS}/{ids[0]}")
    added = google.insert()
    items, later = google.pages(syncToken=token)
    assert [one["id"] for one in items] == [ids[2], ids[0], added["id"]]
    assert set(items[1]) == {"kind", "etag", "id", "status"} and items[1]["status"] == "cancelled"
    assert google.pages(syncToken=later)[0] == []
    assert [one["id"] for one in google.pages(syncToken=token)[0]] == [ids[2], ids[0], added["id"]]


def test_what_changes_while_pages_are_read_comes_in_the_next_run(google):
    ids = fill(google, 6)
    first = google.call("GET", EVENTS, maxResults=3)
    google.call("PATCH", f"{EVENTS}/{ids[0]}", {"summary": "Changed"})
    google.call("DELETE", f"{EVENTS}/{ids[5]}")
    rest = google.call("GET", EVENTS, maxResults=30, pageToken=first["nextPageToken"])
    assert {ids[3], ids[4]} <= {one["id"] for one in rest["items"]}
    changed = {one["id"]: one["status"] for one in google.pages(syncToken=rest["nextSyncToken"])[0]}
    assert changed == {ids[0]: "confirmed", ids[5]: "cancelled"}


def test_an_incremental_list_is_paged_with_both_tokens(google):
    _, token = google.pages()
    ids = fill(google, 7)
    items, _ = google.pages(syncToken=token, maxResults=3)
    assert [one["id"] for one in items] == ids


@pytest.mark.parametrize("more", [
    {"q": "x"}, {"iCalUID": "x"}, {"timeMin": "2026-01-01T00:00:00Z"}, {"timeMax": "2026-01-01T00:00:00Z"},
    {"updatedMin": "2026-01-01T00:00:00Z"}, {"privateExtendedProperty": "a=b"}, {"sharedExtendedProperty": "a=b"},
    {"showDeleted": False}])
def test_a_sync_token_goes_with_no_restriction(google, more):
    _, token = google.pages()
    google.refused(400, "syncTokenWithRequestRestrictions", "GET", EVENTS, syncToken=token, **more)


def test_a_sync_token_wants_the_same_parameters_and_order(google):
    _, token = google.pages()
    google.refused(400, "syncTokenWithNonDefaultOrdering", "GET", EVENTS, syncToken=token, orderBy="updated")
    google.refused(400, "invalid", "GET", EVENTS, syncToken=token, singleEvents=True)
    google.call("GET", EVENTS, syncToken=token, singleEvents=False, showDeleted=True, maxResults=9)


@pytest.mark.parametrize("end", ["age", "control", "reset"])
def test_a_sync_token_ends_with_410(google, end):
    _, token = google.pages()
    if end == "age":
        google.control("POST", "/clock", {"advance": 31 * 86400})
    elif end == "control":
        google.control("POST", "/sync-tokens/expire", {"calendarId": ALEX})
    else:
        google.control("POST", "/reset")
    google.grant()
    error = google.refused(410, "fullSyncRequired", "GET", EVENTS, syncToken=token)
    assert error["errors"][0]["location"] == "syncToken" and error["errors"][0]["domain"] == "calendar"
    google.pages()


def test_tokens_that_are_none_are_refused(google):
    fill(google, 3)
    google.refused(400, "invalid", "GET", EVENTS, syncToken="nonsense")
    page = google.call("GET", EVENTS, maxResults=1)["nextPageToken"]
    google.refused(400, "invalid", "GET", EVENTS, pageToken=page, q="x")
    other = google.call("POST", "/calendars", {"summary": "Work"})["id"]
    _, token = google.pages()
    google.refused(400, "invalid", "GET", f"/calendars/{other}/events", syncToken=token)


def test_the_acl_ends_the_tokens_of_whom_it_concerns(google, bo):
    shared = google.call("POST", "/calendars", {"summary": "Team"})["id"]
    rule = {"role": "reader", "scope": {"type": "user", "value": "bo@example.com"}}
    google.call("POST", f"/calendars/{shared}/acl", rule)
    tokens = [one.pages(f"/calendars/{shared}/events")[1] for one in (google, bo)]
    google.call("POST", f"/calendars/{shared}/acl", {**rule, "role": "writer"})
    google.call("GET", f"/calendars/{shared}/events", syncToken=tokens[0])
    bo.refused(410, "fullSyncRequired", "GET", f"/calendars/{shared}/events", syncToken=tokens[1])


def test_windows_are_exclusive_at_both_ends(google):
    event = google.insert(start="2026-03-02T09:00:00Z", end="2026-03-02T10:00:00Z")

    def seen(low, high):
        return [one["id"] for one in google.pages(timeMin=f"2026-03-02T{low}:00Z", timeMax=f"2026-03-02T{high}:00Z")[0]]

    assert seen("10:00", "12:00") == [] and seen("08:00", "09:00") == []
    assert seen("09:59", "12:00") == seen("08:00", "09:01") == [event["id"]]
    google.refused(400, "timeRangeEmpty", "GET", EVENTS, timeMin="2026-03-02T10:00:00Z", timeMax="2026-03-02T10:00:00Z")
    google.refused(400, "badRequest", "GET", EVENTS, timeMin="2026-03-02T10:00:00")


def test_the_window_of_the_first_list_holds_for_the_next(google):
    _, token = google.pages(timeMin="2026-03-01T00:00:00Z")
    google.insert(start="2026-02-01T09:00:00Z", end="2026-02-01T10:00:00Z")
    inside = google.insert(start="2026-04-01T09:00:00Z", end="2026-04-01T10:00:00Z")
    assert [one["id"] for one in google.pages(syncToken=token)[0]] == [inside["id"]]


def test_filters_find_by_text_and_properties(google):
    one = google.insert(summary="Budget review", extendedProperties={"private": {"ours": "7"}})
    google.insert(summary="Lunch", attendees=[{"email": "budget@example.org"}])
    assert len(google.pages(q="budget")[0]) == 2
    assert [each["id"] for each in google.pages(q="REVIEW budget")[0]] == [one["id"]]
    assert [each["id"] for each in google.pages(privateExtendedProperty="ours=7")[0]] == [one["id"]]
    assert google.pages(privateExtendedProperty="ours=8") == ([], None)
    assert google.pages(eventTypes="focusTime")[0] == []
    google.refused(400, "invalidParameter", "GET", EVENTS, eventTypes="party")


def test_order_by_start_needs_single_events(google):
    late, early = google.insert(start="2026-03-03T09:00:00Z", end="2026-03-03T10:00:00Z"), google.insert()
    google.refused(400, "invalid", "GET", EVENTS, orderBy="startTime")
    items, token = google.pages(orderBy="startTime", singleEvents=True, maxResults=1)
    assert [one["id"] for one in items] == [early["id"], late["id"]] and token is None
    assert [one["id"] for one in google.pages(orderBy="updated")[0]] == [late["id"], early["id"]]


def test_updated_min_has_deletions_and_a_limit(google):
    event = google.insert()
    google.control("POST", "/clock", {"freeze": True, "advance": 100})
    since = google.control("GET", "/clock")["now"]
    google.call("DELETE", f"{EVENTS}/{event['id']}")
    other = google.insert()
    items = google.pages(updatedMin=since)[0]
    assert {one["id"]: one["status"] for one in items} == {event["id"]: "cancelled", other["id"]: "confirmed"}
    google.control("POST", "/clock", {"advance": 29 * 86400})
    google.grant()
    google.refused(410, "updatedMinTooLongAgo", "GET", EVENTS, updatedMin=since)


def test_calendar_list_is_synced_too(google):
    _, token = google.pages("/users/me/calendarList")
    work = google.call("POST", "/calendars", {"summary": "Work", "timeZone": "Europe/Paris"})
    items, token = google.pages("/users/me/calendarList", syncToken=token)
    assert [(one["id"], one["accessRole"]) for one in items] == [(work["id"], "owner")]
    google.call("DELETE", f"/calendars/{work['id']}")
    items, token = google.pages("/users/me/calendarList", syncToken=token)
    assert items[0]["deleted"] is True
    google.refused(400, "syncTokenWithRequestRestrictions", "GET", "/users/me/calendarList", syncToken=token,
                   minAccessRole="owner")
    google.control("POST", "/sync-tokens/expire", {})
    google.refused(410, "fullSyncRequired", "GET", "/users/me/calendarList", syncToken=token)


def test_single_events_of_a_deleted_series_come_as_cancelled_instances(google):
    event = google.insert(recurrence=["RRULE:FREQ=DAILY;COUNT=3"])
    items, token = google.pages(singleEvents=True)
    assert len(items) == 3 and all(one["recurringEventId"] == event["id"] for one in items)
    google.call("DELETE", f"{EVENTS}/{event['id']}")
    gone = google.pages(syncToken=token, singleEvents=True)[0]
    assert {one["id"] for one in gone} == {one["id"] for one in items}
    assert all(one["status"] == "cancelled" for one in gone)


def test_a_day_ends_before_its_end(google):
    event = google.insert(start="2026-03-02", end="2026-03-03")
    assert event["start"] == moment("2026-03-02")
    assert google.pages(timeMin="2026-03-02T23:00:00Z")[0] == []  # midnight in Berlin
    assert len(google.pages(timeMin="2026-03-02T22:59:00Z")[0]) == 1
