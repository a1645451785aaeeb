"""Recurring events, their instances and exceptions."""

import json
import pathlib
import sys

import pytest
from conftest import FOLDER, ROOT, moment

sys.path.insert(0, str(FOLDER))

from standin.recurrence import parse_stamp  # noqa: E402
from standin.series import Series  # noqa: E402
from standin.times import EventTime, at, zone  # noqa: E402

EVENTS = "/calendars/primary/events"
FACTS = ROOT.parent / "shared" / "conformance" / "rrule.json"


def weekly(google, **more):
    return google.insert(start="2026-03-23T09:00:00+01:00", end="2026-03-23T10:00:00+01:00",
                         recurrence=["RRULE:FREQ=WEEKLY;COUNT=3"], **more)


def test_instances_keep_the_wall_clock_and_name_their_series(google):
    event = weekly(google)
    items, _ = google.pages(f"{EVENTS}/{event['id']}/instances")
    assert [one["id"] for one in items] == [
        f"{event['id']}_20260323T080000Z", f"{event['id']}_20260330T070000Z", f"{event['id']}_20260406T070000Z"]
    second = items[1]
    assert second["recurringEventId"] == event["id"] and "recurrence" not in second
    assert second["start"] == second["originalStartTime"] == {
        "dateTime": "2026-03-30T09:00:00+02:00", "timeZone": "Europe/Berlin"}
    assert second["end"]["dateTime"] == "2026-03-30T10:00:00+02:00"
    assert google.call("GET", f"{EVENTS}/{second['id']}") == second
    google.refused(404, "notFound", "GET", f"{EVENTS}/{event['id']}_20260331T070000Z")


def test_a_changed_instance_is_an_exception_wherever_it_moves(google):
    event = weekly(google)
    _, token = google.pages()
    key = f"{event['id']}_20260330T070000Z"
    moved = google.call("PATCH", f"{EVENTS}/{key}", {"summary": "Moved", "start": moment("2026-03-31T11:00:00+02:00"),
                                                     "end": moment("2026-03-31T12:00:00+02:00")})
    assert moved["id"] == key and moved["originalStartTime"]["dateTime"] == "2026-03-30T09:00:00+02:00"
    assert moved["sequence"] == 1
    items, token = google.pages(syncToken=token)
    assert [one["id"] for one in items] == [key]
    shown, _ = google.pages(f"{EVENTS}/{event['id']}/instances")
    assert [one["summary"] for one in shown] == ["Meeting", "Moved", "Meeting"]
    assert [one["id"] for one in google.pages()[0]] == [event["id"], key]


def test_a_deleted_instance_is_a_cancelled_exception_for_as_long_as_its_series(google):
    event = weekly(google)
    _, token = google.pages()
    key = f"{event['id']}_20260330T070000Z"
    google.call("DELETE", f"{EVENTS}/{key}")
    google.refused(410, "deleted", "DELETE", f"{EVENTS}/{key}")
    for items in (google.pages(syncToken=token)[0], google.pages()[0][1:]):
        assert [set(one) for one in items] == [
            {"kind", "etag", "id", "status", "recurringEventId", "originalStartTime"}]
    assert len(google.pages(f"{EVENTS}/{event['id']}/instances")[0]) == 2
    assert len(google.pages(f"{EVENTS}/{event['id']}/instances", showDeleted=True)[0]) == 3
    assert len(google.pages(singleEvents=True)[0]) == 2
    _, token = google.pages()
    google.call("DELETE", f"{EVENTS}/{event['id']}")
    google.call("PATCH", f"{EVENTS}/{event['id']}", {"status": "confirmed"})
    assert len(google.pages(singleEvents=True)[0]) == 2


def test_deleting_a_series_cancels_its_exceptions(google):
    event = weekly(google)
    key = f"{event['id']}_20260330T070000Z"
    google.call("PATCH", f"{EVENTS}/{key}", {"summary": "Other"})
    _, token = google.pages()
    google.call("DELETE", f"{EVENTS}/{event['id']}")
    assert {one["id"]: one["status"] for one in google.pages(syncToken=token)[0]} == {
        event["id"]: "cancelled", key: "cancelled"}
    assert google.pages()[0] == []


def test_this_and_following_trims_the_series_and_drops_what_lay_beyond(google):
    event = weekly(google)
    last = f"{event['id']}_20260406T070000Z"
    google.call("PATCH", f"{EVENTS}/{last}", {"summary": "Beyond"})
    google.call("PATCH", f"{EVENTS}/{event['id']}", {"recurrence": ["RRULE:FREQ=WEEKLY;UNTIL=20260401T000000Z"]})
    assert google.call("GET", f"{EVENTS}/{last}")["status"] == "cancelled"
    assert len(google.pages(singleEvents=True)[0]) == 2


def test_all_day_series_have_days_in_their_ids(google):
    event = google.insert(start="2026-03-02", end="2026-03-04",
                          recurrence=["RRULE:FREQ=DAILY;INTERVAL=7;COUNT=2", "EXDATE;VALUE=DATE:20260302"])
    items, _ = google.pages(f"{EVENTS}/{event['id']}/instances")
    assert [(one["id"], one["start"], one["end"]) for one in items] == [
        (f"{event['id']}_20260309", {"date": "2026-03-09"}, {"date": "2026-03-11"})]


def test_an_endless_series_is_bounded_by_the_window(google):
    event = google.insert(start="2016-03-23T09:00:00+01:00", end="2016-03-23T10:00:00+01:00",
                          recurrence=["RRULE:FREQ=DAILY"])
    items, _ = google.pages(singleEvents=True, timeMin="2026-03-28T12:00:00Z", timeMax="2026-03-30T07:00:00Z")
    assert [one["start"]["dateTime"] for one in items] == ["2026-03-29T09:00:00+02:00"]
    one = google.call("GET", f"{EVENTS}/{event['id']}/instances", originalStart="2026-03-29T07:00:00Z",
                      timeMin="2026-03-01T00:00:00Z", timeMax="2026-04-01T00:00:00Z")["items"]
    assert [each["id"] for each in one] == [f"{event['id']}_20260329T070000Z"]


def test_instances_are_paged(google):
    event = google.insert(recurrence=["RRULE:FREQ=DAILY;COUNT=7"])
    items, _ = google.pages(f"{EVENTS}/{event['id']}/instances", maxResults=3)
    assert len({one["id"] for one in items}) == len(items) == 7


def cases():
    if not FACTS.exists():
        return []
    return json.loads(pathlib.Path(FACTS).read_text())["cases"]


@pytest.mark.skipif(not FACTS.exists(), reason="there is no folder of shared facts beside the project")
def test_rules_name_the_times_of_the_published_facts():
    checked = 0
    for case in cases():
        both = any("COUNT" in rule and "UNTIL" in rule for rule in case["rrules"])
        if both or not case["rrules"]:
            continue  # RFC 5545 forbids both
        first, _, _ = parse_stamp(case["dtstart"])
        name = case["tzid"] or "UTC"
        start = EventTime(first.date(), None, name, True) if case["date"] else EventTime(
            None, at(first, zone(name)), name, True)
        lines = [f"RRULE:{rule}" for rule in case["rrules"]] + [f"EXRULE:{rule}" for rule in case["exrules"]]
        lines += [f"RDATE:{each}" for each in case["rdates"]] + [f"EXDATE:{each}" for each in case["exdates"]]
        utc = "expected_utc" in case
        expected = case["expected_utc" if utc else "expected_local"]
        form = "%Y%m%d" if expected and len(expected[0]) == 8 else "%Y%m%dT%H%M%S" + ("Z" if utc else "")
        found = []
        for wall in Series(lines, start).walls():
            found.append((at(wall, zone(name)) if utc else wall).strftime(form))
            if len(found) > len(expected) or (len(found) == len(expected) and not case["complete"]):
                break
        assert found == expected, case["id"]
        checked += 1
    assert checked > 200


def test_guests_of_a_series_have_its_exceptions_and_answer_for_one_instance(google, bo):
    event = weekly(google, attendees=[{"email": "bo@example.com"}])
    first, second = f"{event['id']}_20260323T080000Z", f"{event['id']}_20260330T070000Z"
    google.call("PATCH", f"{EVENTS}/{second}", {"summary": "Other"})
    copies = {one["id"]: one.get("summary") for one in bo.pages()[0]}
    assert copies == {event["id"]: "Meeting", second: "Other"}
    answer = {"attendeesOmitted": True, "attendees": [{"email": "bo@example.com", "responseStatus": "declined"}]}
    bo.call("PATCH", f"{EVENTS}/{first}", answer)
    answers = {one["id"]: one["attendees"][0]["responseStatus"] for one in google.pages(singleEvents=True)[0]}
    assert answers[first] == "declined" and answers[second] == "needsAction"
    google.call("DELETE", f"{EVENTS}/{event['id']}")
    assert bo.pages()[0] == []
