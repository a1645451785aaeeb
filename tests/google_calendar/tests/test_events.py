"""Writing and reading single events."""

import pytest
from conftest import ALEX, BO, moment

EVENTS = "/calendars/primary/events"


def test_insert_answers_what_google_answers(google):
    event = google.insert(summary="Dentist", location="", colorId="4", transparency="opaque",
                          extendedProperties={"private": {"ours": "1", "k" * 45: "x"}})
    assert event["kind"] == "calendar#event"
    assert event["status"] == "confirmed"
    assert event["iCalUID"] == event["id"] + "@google.com"
    assert event["sequence"] == 0
    assert event["reminders"] == {"useDefault": True}
    assert event["creator"]["email"] == event["organizer"]["email"] == ALEX
    assert event["organizer"]["self"] is True
    assert event["extendedProperties"] == {"private": {"ours": "1"}}
    assert "location" not in event and "transparency" not in event
    assert google.call("GET", f"{EVENTS}/{event['id']}") == event


def test_times_are_answered_in_the_zone_of_the_calendar(google):
    event = google.insert(start="2026-07-01T09:00:00-04:00", end="2026-07-01T10:00:00-04:00")
    assert event["start"] == {"dateTime": "2026-07-01T15:00:00+02:00", "timeZone": "Europe/Berlin"}
    other = google.call("GET", f"{EVENTS}/{event['id']}", timeZone="UTC")
    assert other["start"]["dateTime"] == "2026-07-01T13:00:00Z"


def test_times_without_an_offset_are_read_in_their_zone(google):
    event = google.call("POST", EVENTS, {
        "start": {"dateTime": "2026-01-05T09:00:00", "timeZone": "America/New_York"},
        "end": {"dateTime": "2026-01-05T10:00:00", "timeZone": "America/New_York"}})
    assert event["start"] == {"dateTime": "2026-01-05T15:00:00+01:00", "timeZone": "America/New_York"}


@pytest.mark.parametrize(("body", "reason"), [
    ({"start": moment("2026-03-02")}, "required"),
    ({"start": moment("2026-03-02"), "end": moment("2026-03-02")}, "timeRangeEmpty"),
    ({"start": moment("2026-03-02T10:00:00Z"), "end": moment("2026-03-02T09:00:00Z")}, "timeRangeEmpty"),
    ({"start": moment("2026-03-02"), "end": moment("2026-03-02T09:00:00Z")}, "invalid"),
    ({"start": {"dateTime": "2026-03-02T09:00:00"}, "end": moment("2026-03-02T10:00:00Z")}, "required"),
    ({"start": {"dateTime": "2026-03-02T09:00:00Z"}, "end": {"dateTime": "2026-03-02T10:00:00Z"},
      "recurrence": ["RRULE:FREQ=DAILY"]}, "required"),
    ({"start": moment("2026-03-02"), "end": moment("2026-03-03"), "recurrence": ["RRULE:FREQ=OFTEN"]}, "invalid"),
    ({"start": moment("2026-03-02"), "end": moment("2026-03-03"), "recurrence": ["DTSTART:20260302"]}, "invalid"),
    ({"start": moment("2026-03-02"), "end": moment("2026-03-03"), "id": "Upper"}, "invalid"),
    ({"start": moment("2026-03-02"), "end": moment("2026-03-03"), "id": "abcde", "iCalUID": "x"}, "invalid"),
    ({"start": moment("2026-03-02"), "end": moment("2026-03-03"), "attendees": [{"email": "nobody"}]}, "invalid"),
    ({"start": moment("2026-03-02"), "end": moment("2026-03-03"),
      "reminders": {"useDefault": True, "overrides": [{"method": "popup", "minutes": 5}]}},
     "cannotUseDefaultRemindersAndSpecifyOverride"),
    ({"start": moment("2026-03-02"), "end": moment("2026-03-03"), "eventType": "fromGmail"}, "eventTypeRestriction"),
])
def test_a_wrong_body_is_refused_with_its_reason(google, body, reason):
    google.refused(400, reason, "POST", EVENTS, body)
    assert google.pages()[0] == []


def test_a_known_id_or_uid_is_a_duplicate_even_when_deleted(google):
    event = google.insert(id="abc123")
    body = {"start": moment("2026-03-02"), "end": moment("2026-03-03")}
    google.refused(409, "duplicate", "POST", EVENTS, {**body, "id": "abc123"})
    google.refused(409, "duplicate", "POST", EVENTS, {**body, "iCalUID": event["iCalUID"]})
    google.call("DELETE", f"{EVENTS}/abc123")
    google.refused(409, "duplicate", "POST", EVENTS, {**body, "id": "abc123"})


def test_patch_merges_objects_replaces_arrays_and_removes_null(google):
    event = google.insert(description="old", attendees=[{"email": "x@example.org"}, {"email": "y@example.org"}],
                          extendedProperties={"private": {"a": "1", "b": "2"}})
    changed = google.call("PATCH", f"{EVENTS}/{event['id']}", {
        "description": None, "attendees": [{"email": "y@example.org"}],
        "extendedProperties": {"private": {"a": None, "c": "3"}}})
    assert "description" not in changed
    assert [one["email"] for one in changed["attendees"]] == ["y@example.org"]
    assert changed["extendedProperties"] == {"private": {"b": "2", "c": "3"}}
    assert changed["summary"] == "Meeting"


def test_a_day_in_place_of_a_time_needs_the_time_to_be_removed(google):
    path = f"{EVENTS}/{google.insert()['id']}"
    google.refused(400, "invalid", "PATCH", path, {"start": {"date": "2026-03-02"}, "end": {"date": "2026-03-03"}})
    nothing = {"dateTime": None, "timeZone": None}
    changed = google.call("PATCH", path, {"start": {"date": "2026-03-02", **nothing},
                                          "end": {"date": "2026-03-03", **nothing}})
    assert changed["start"] == {"date": "2026-03-02"}


def test_update_replaces_all_but_conference_data(google):
    event = google.call("POST", EVENTS, {
        "summary": "Call", "description": "x", "start": moment("2026-03-02"), "end": moment("2026-03-03"),
        "conferenceData": {"createRequest": {"requestId": "r1"}}}, conferenceDataVersion=1)
    assert event["conferenceData"]["createRequest"]["status"] == {"statusCode": "success"}
    assert event["hangoutLink"].startswith("https://meet.google.com/")
    body = {"summary": "Call", "start": moment("2026-03-02"), "end": moment("2026-03-03")}
    kept = google.call("PUT", f"{EVENTS}/{event['id']}", body)
    assert kept["conferenceData"] == event["conferenceData"] and "description" not in kept
    gone = google.call("PUT", f"{EVENTS}/{event['id']}", body, conferenceDataVersion=1)
    assert "conferenceData" not in gone and "hangoutLink" not in gone


def test_etags_guard_writes_and_save_reads(google):
    event = google.insert()
    path = f"{EVENTS}/{event['id']}"
    changed = google.call("PATCH", path, {"summary": "New"}, {"If-Match": event["etag"]})
    assert changed["etag"] != event["etag"]
    for verb in ("PATCH", "DELETE"):
        google.refused(412, "conditionNotMet", verb, path, {"summary": "Mine"}, {"If-Match": event["etag"]})
    google.refused(412, "conditionNotMet", "PUT", path, {**changed, "summary": "Mine"}, {"If-Match": event["etag"]})
    same = google.send("GET", path, headers={"If-None-Match": changed["etag"]})
    assert same.status_code == 304 and same.content == b""
    assert google.call("GET", path)["summary"] == "New"


def test_reminders_change_the_etag_but_not_updated(google):
    event = google.insert()
    google.control("POST", "/clock", {"advance": 60})
    path = f"{EVENTS}/{event['id']}"
    reminded = google.call("PATCH", path, {"reminders": {"useDefault": False, "overrides": [
        {"method": "popup", "minutes": 10}]}})
    assert reminded["updated"] == event["updated"] and reminded["etag"] != event["etag"]
    assert google.call("PATCH", path, {"summary": "New"})["updated"] != event["updated"]


def test_sequence_rises_with_times_and_may_not_fall(google):
    event = google.insert(sequence=3)
    path = f"{EVENTS}/{event['id']}"
    assert google.call("PATCH", path, {"summary": "New"})["sequence"] == 3
    moved = google.call("PATCH", path, {"end": moment("2026-03-02T11:00:00+01:00")})
    assert moved["sequence"] == 4
    google.refused(400, "invalid", "PATCH", path, {"sequence": 3})


def test_deleted_events_are_gone_but_can_be_read_and_restored(google):
    event = google.insert(description="kept")
    path = f"{EVENTS}/{event['id']}"
    assert google.send("DELETE", path, sendUpdates="none").status_code == 204
    google.refused(410, "deleted", "DELETE", path)
    gone = google.call("GET", path)
    assert (gone["status"], gone["description"]) == ("cancelled", "kept")
    assert google.pages()[0] == []
    assert [one["id"] for one in google.pages(showDeleted=True)[0]] == [event["id"]]
    google.call("PATCH", path, {"status": "confirmed"})
    assert [one["id"] for one in google.pages()[0]] == [event["id"]]


def test_import_keeps_uid_and_organizer_and_updates_by_uid(google):
    body = {"iCalUID": "abc@elsewhere", "organizer": {"email": "boss@elsewhere.org"}, "summary": "One",
            "start": moment("2026-03-02T09:00:00Z"), "end": moment("2026-03-02T10:00:00Z")}
    event = google.call("POST", f"{EVENTS}/import", body)
    assert event["organizer"] == {"email": "boss@elsewhere.org"} and event["iCalUID"] == "abc@elsewhere"
    again = google.call("POST", f"{EVENTS}/import", {**body, "summary": "Two"})
    assert again["id"] == event["id"] and again["summary"] == "Two"
    google.refused(400, "required", "POST", f"{EVENTS}/import", {**body, "iCalUID": ""})
    assert [one["id"] for one in google.pages(iCalUID="abc@elsewhere")[0]] == [event["id"]]


def test_move_leaves_a_cancelled_event_behind(google):
    other = google.call("POST", "/calendars", {"summary": "Work"})["id"]
    event = google.insert()
    moved = google.call("POST", f"{EVENTS}/{event['id']}/move", destination=other)
    assert moved["id"] == event["id"] and moved["organizer"]["email"] == other
    assert google.call("GET", f"{EVENTS}/{event['id']}")["status"] == "cancelled"
    assert google.call("GET", f"/calendars/{other}/events/{event['id']}")["summary"] == "Meeting"


@pytest.mark.parametrize(("text", "summary", "start", "end"), [
    ("Choir tomorrow 7pm-8:30pm", "Choir", "2026-03-03T19:00:00+01:00", "2026-03-03T20:30:00+01:00"),
    ("Dentist on 2026-04-07 at 14:15", "Dentist", "2026-04-07T14:15:00+02:00", "2026-04-07T15:15:00+02:00"),
    ("Holiday friday", "Holiday", "2026-03-06", "2026-03-07"),
])
def test_quick_add_reads_plain_sentences(google, text, summary, start, end):
    google.control("POST", "/clock", {"freeze": True, "now": "2026-03-02T11:00:00Z"})
    event = google.call("POST", f"{EVENTS}/quickAdd", text=text)
    assert event["summary"] == summary
    assert [list(event[name].values())[0] for name in ("start", "end")] == [start, end]


def test_guests_get_copies_and_their_answers_reach_the_organizer(google, bo):
    event = google.insert(attendees=[{"email": BO}, {"email": ALEX, "responseStatus": "accepted"}])
    path = f"{EVENTS}/{event['id']}"
    copy = bo.call("GET", path)
    assert copy["organizer"] == {"email": ALEX, "displayName": "Alex"}
    assert [one for one in copy["attendees"] if one.get("self")][0]["email"] == BO
    bo.refused(403, "forbiddenForNonOrganizer", "PATCH", path, {"summary": "Mine"})
    bo.call("PATCH", path, {"colorId": "5", "attendeesOmitted": True,
                            "attendees": [{"email": BO, "responseStatus": "accepted"}]})
    answers = {one["email"]: one["responseStatus"] for one in google.call("GET", path)["attendees"]}
    assert answers == {BO: "accepted", ALEX: "accepted"}
    google.call("PATCH", path, {"summary": "Renamed"})
    copy = bo.call("GET", path)
    assert (copy["summary"], copy["colorId"]) == ("Renamed", "5")
    google.call("PATCH", path, {"attendees": []})
    assert bo.call("GET", path)["status"] == "cancelled"


def test_a_guest_who_deletes_declines(google, bo):
    event = google.insert(attendees=[{"email": BO}])
    bo.call("DELETE", f"{EVENTS}/{event['id']}")
    answers = [one["responseStatus"] for one in google.call("GET", f"{EVENTS}/{event['id']}")["attendees"]]
    assert answers == ["declined"]


def test_more_guests_than_wanted_are_left_out(google):
    event = google.insert(attendees=[{"email": f"g{number}@example.org"} for number in range(3)])
    shown = google.call("GET", f"{EVENTS}/{event['id']}", maxAttendees=2)
    assert shown["attendeesOmitted"] is True and shown["attendees"] == []


def test_fields_selects_parts_of_an_answer(google):
    google.insert(summary="One")
    page = google.call("GET", EVENTS, fields="nextSyncToken,items(summary,start/dateTime)")
    assert page["items"] == [{"summary": "One", "start": {"dateTime": "2026-03-02T09:00:00+01:00"}}]
    assert set(page) == {"nextSyncToken", "items"}
    google.refused(400, "invalidParameter", "GET", EVENTS, fields="items(")
