"""Events: creating, changing by scope, listing, conflicts, batches, search, changes."""

import uuid

import pytest

BERLIN = "Europe/Berlin"


@pytest.fixture
def client(callers):
    return callers.user(f"eve-{uuid.uuid4()}", zoneinfo=BERLIN)


def at(text):
    return {"dateTime": text, "timeZone": BERLIN}


def span(start, end):
    """Start and end of an event in Berlin."""
    return {"start": at(start), "end": at(end)}


def weekly(client, **more):
    """Mondays at 9 in Berlin, ten times from 2026-03-02; clocks change on 2026-03-29."""
    body = {
        "summary": "Stand-up",
        **span("2026-03-02T09:00:00", "2026-03-02T09:30:00"),
        "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=10"],
        **more,
    }
    answer = client.post("/events", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def listed(client, start="2026-03-01T00:00:00Z", end="2026-06-01T00:00:00Z", **params):
    answer = client.get("/events", params={"start": start, "end": end, **params})
    assert answer.status_code == 200, answer.text
    return answer.json()


def starts(items):
    return [item["start"].get("dateTime") or item["start"]["date"] for item in items]


def test_an_event_is_answered_as_it_was_written(client):
    body = {
        "summary": "Lunch & läärm",
        "description": "line\nline",
        "location": "Café",
        **span("2026-03-02T12:00:00", "2026-03-02T13:00:00"),
        "attendees": [{"email": "bob@example.com", "responseStatus": "accepted"}],
        "reminders": {"useDefault": False, "overrides": [{"method": "popup", "minutes": 10}]},
        "visibility": "private",
        "extendedProperties": {"private": {"a": "b"}},
    }
    created = client.post("/events", json=body)
    assert created.status_code == 201, created.text
    event = created.json()
    for name, value in body.items():
        if name not in ("start", "end"):
            assert event[name] == value, name
    assert event["start"] == {"dateTime": "2026-03-02T12:00:00+01:00", "timeZone": BERLIN}
    read = client.get(f"/events/{event['id']}")
    assert read.headers["etag"] == event["etag"]
    expected = {name: value for name, value in event.items() if name != "conflicts"}
    assert read.json() == expected
    again = client.get(f"/events/{event['id']}", headers={"If-None-Match": event["etag"]})
    assert again.status_code == 304


def test_occurrences_keep_their_wall_clock_across_a_change_of_clocks(client):
    series = weekly(client)
    items = listed(client)["items"]
    assert starts(items)[:5] == [
        "2026-03-02T09:00:00+01:00",
        "2026-03-09T09:00:00+01:00",
        "2026-03-16T09:00:00+01:00",
        "2026-03-23T09:00:00+01:00",
        "2026-03-30T09:00:00+02:00",
    ]
    assert len(items) == 10
    assert items[4]["id"] == f"{series['id']}_20260330T070000Z"
    assert items[4]["recurringEventId"] == series["id"]
    masters = listed(client, singleEvents="false")["items"]
    assert [one["id"] for one in masters] == [series["id"]]
    assert masters[0]["recurrence"] == ["RRULE:FREQ=WEEKLY;COUNT=10"]


def test_one_occurrence_is_moved_and_another_cancelled(client):
    series = weekly(client)
    second = f"{series['id']}_20260309T080000Z"
    moved = client.patch(
        f"/events/{second}",
        json={**span("2026-03-10T15:00:00", "2026-03-10T15:30:00")},
    )
    assert moved.status_code == 200, moved.text
    assert moved.json()["id"] == second
    assert moved.json()["originalStartTime"]["dateTime"] == "2026-03-09T09:00:00+01:00"
    assert client.delete(f"/events/{series['id']}_20260316T080000Z").status_code == 204
    items = listed(client)["items"]
    assert len(items) == 9
    assert starts(items)[:3] == [
        "2026-03-02T09:00:00+01:00",
        "2026-03-10T15:00:00+01:00",
        "2026-03-23T09:00:00+01:00",
    ]
    assert client.get(f"/events/{series['id']}_20260316T080000Z").status_code == 404
    instances = client.get(f"/events/{series['id']}/instances").json()["items"]
    assert [one["id"] for one in instances] == [one["id"] for one in items]


def test_following_occurrences_become_a_series_of_their_own(client):
    series = weekly(client)
    late = f"{series['id']}_20260420T070000Z"
    client.patch(f"/events/{late}", json={"summary": "Special"})
    fifth = f"{series['id']}_20260330T070000Z"
    answer = client.patch(
        f"/events/{fifth}",
        params={"scope": "following"},
        json={
            "summary": "Later stand-up",
            **span("2026-03-30T10:00:00", "2026-03-30T10:30:00"),
        },
    )
    assert answer.status_code == 200, answer.text
    new = answer.json()
    assert new["id"] != series["id"]
    items = listed(client)["items"]
    assert len(items) == 10
    assert [one["summary"] for one in items] == ["Stand-up"] * 4 + ["Later stand-up"] * 3 + ["Special"] + [
        "Later stand-up"
    ] * 2
    assert starts(items)[3:5] == ["2026-03-23T09:00:00+01:00", "2026-03-30T10:00:00+02:00"]
    assert starts(items)[7] == "2026-04-20T10:00:00+02:00"


def test_a_whole_series_is_moved_by_one_of_its_occurrences(client):
    series = weekly(client, recurrence=["RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=10"])
    third = f"{series['id']}_20260316T080000Z"
    client.patch(f"/events/{series['id']}_20260323T080000Z", json={"summary": "Special"})
    answer = client.patch(
        f"/events/{third}",
        params={"scope": "all"},
        json={**span("2026-03-17T11:00:00", "2026-03-17T11:30:00")},
    )
    assert answer.status_code == 200, answer.text
    items = listed(client)["items"]
    assert len(items) == 10
    assert starts(items)[:2] == ["2026-03-03T11:00:00+01:00", "2026-03-10T11:00:00+01:00"]
    special = [one for one in items if one["summary"] == "Special"]
    assert starts(special) == ["2026-03-24T11:00:00+01:00"]


def test_deleting_following_occurrences_ends_the_series(client):
    series = weekly(client)
    answer = client.delete(f"/events/{series['id']}_20260330T070000Z", params={"scope": "following"})
    assert answer.status_code == 204
    assert len(listed(client)["items"]) == 4
    assert client.delete(f"/events/{series['id']}").status_code == 204
    assert listed(client)["items"] == []


def test_a_window_means_overlap(client):
    client.post("/events", json={"summary": "Night", **span("2026-03-02T22:00:00", "2026-03-03T06:00:00")})
    hits = listed(client, "2026-03-03T00:00:00+01:00", "2026-03-03T01:00:00+01:00")["items"]
    assert [one["summary"] for one in hits] == ["Night"]
    assert listed(client, "2026-03-03T06:00:00+01:00", "2026-03-03T07:00:00+01:00")["items"] == []
    assert listed(client, "2026-03-02T21:00:00+01:00", "2026-03-02T22:00:00+01:00")["items"] == []


def test_an_all_day_event_lies_in_the_calendars_zone(client):
    client.post("/events", json={"summary": "Holiday", "start": {"date": "2026-03-02"}, "end": {"date": "2026-03-03"}})
    hits = listed(client, "2026-03-01T23:30:00+01:00", "2026-03-02T00:00:01+01:00")["items"]
    assert [one["start"] for one in hits] == [{"date": "2026-03-02"}]
    assert listed(client, "2026-03-03T00:00:00+01:00", "2026-03-03T12:00:00+01:00")["items"] == []


def test_pages_follow_each_other_without_gap_or_repeat(client):
    weekly(client, recurrence=["RRULE:FREQ=DAILY;COUNT=60"])
    weekly(client, summary="Second", recurrence=["RRULE:FREQ=DAILY;COUNT=60"])
    whole = listed(client, maxResults=200)["items"]
    assert len(whole) == 120
    seen = []
    token = None
    for _ in range(20):
        page = listed(client, maxResults=7, **({"pageToken": token} if token else {}))
        seen += page["items"]
        token = page.get("nextPageToken")
        if token is None:
            break
    assert [one["id"] for one in seen] == [one["id"] for one in whole]


def test_conflicts_are_named_and_rejected_on_request(client):
    weekly(client)
    clash = {"summary": "Clash", **span("2026-03-09T09:15:00", "2026-03-09T10:00:00")}
    written = client.post("/events", json=clash)
    assert written.status_code == 201
    assert [one["summary"] for one in written.json()["conflicts"]] == ["Stand-up"]
    refused = client.post("/events", params={"onConflict": "reject"}, json=clash)
    assert refused.status_code == 409
    free = {**clash, **span("2026-03-09T10:00:00", "2026-03-09T11:00:00")}
    assert client.post("/events", params={"onConflict": "reject"}, json=free).status_code == 201


MORNING = span("2026-03-02T09:00:00", "2026-03-02T10:00:00")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"start": at("2026-03-02T09:00:00")}, "end"),
        ({**span("2026-03-02T09:00:00", "2026-03-02T08:00:00")}, "end.dateTime"),
        ({"start": {"date": "2026-03-02"}, "end": {"date": "2026-03-02"}}, "end.date"),
        ({"start": {"date": "2026-03-02"}, "end": at("2026-03-03T08:00:00")}, "end"),
        ({"start": {"dateTime": "2026-03-02T09:00:00", "timeZone": "Mars/X"}}, "start.timeZone"),
        ({"start": {"dateTime": "0000-03-02T09:00:00Z"}, "end": at("2026-03-02T10:00:00")}, "start.dateTime"),
        ({"start": {"dateTime": "tomorrow"}, "end": at("2026-03-02T10:00:00")}, "start.dateTime"),
        ({**MORNING, "recurrence": ["RRULE:FREQ=SOMETIMES"]}, "recurrence[0].FREQ"),
        ({**span("2026-03-02T09:00:00", "2026-03-02T10:00:00"), "sumary": "typo"}, "sumary"),
        ({**span("2026-03-02T09:00:00", "2026-03-02T10:00:00"), "summary": 5}, "summary"),
        ({**MORNING, "attendees": [{"email": "nobody"}]}, "attendees[0].email"),
    ],
)
def test_a_wrong_field_is_named(client, body, field):
    answer = client.post("/events", json=body)
    assert answer.status_code == 422, answer.text
    assert field in [detail["field"] for detail in answer.json()["error"]["details"]]


def test_the_years_1_and_9999_are_kept(client):
    for year in ("0001", "9999"):
        answer = client.post(
            "/events",
            json={"start": {"dateTime": f"{year}-06-01T09:00:00Z"}, "end": {"dateTime": f"{year}-06-01T10:00:00Z"}},
        )
        assert answer.status_code == 201, answer.text
        hits = listed(client, f"{year}-05-31T00:00:00Z", f"{year}-06-30T00:00:00Z")["items"]
        assert len(hits) == 1


def test_a_repeated_request_is_written_once(client):
    body = {"summary": "Once", **span("2026-03-02T09:00:00", "2026-03-02T10:00:00")}
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    first = client.post("/events", json=body, headers=headers)
    second = client.post("/events", json=body, headers=headers)
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert first.headers["etag"] == second.headers["etag"]
    other = client.post("/events", json={**body, "summary": "Twice"}, headers=headers)
    assert other.status_code == 422
    assert len(listed(client)["items"]) == 1


def test_a_stale_change_is_refused(client):
    event = weekly(client)
    path = f"/events/{event['id']}"
    assert client.patch(path, json={"summary": "A"}, headers={"If-Match": event["etag"]}).status_code == 200
    stale = client.patch(path, json={"summary": "B"}, headers={"If-Match": event["etag"]})
    assert stale.status_code == 412
    assert client.get(path).json()["summary"] == "A"


def test_a_batch_answers_for_each_operation(client):
    event = weekly(client)
    new = {"summary": "New", **span("2026-05-04T12:00:00", "2026-05-04T13:00:00")}
    answer = client.post(
        "/events/batch",
        json={
            "operations": [
                {"method": "create", "event": new},
                {"method": "create", "event": {"summary": "No times"}},
                {"method": "update", "eventId": event["id"], "event": {"summary": "Renamed"}},
                {"method": "delete", "eventId": str(uuid.uuid4())},
            ]
        },
    )
    assert answer.status_code == 200, answer.text
    results = answer.json()["results"]
    assert [one["status"] for one in results] == [201, 422, 200, 404]
    assert results[2]["event"]["summary"] == "Renamed"
    assert results[1]["error"]["details"]


def test_words_find_events(client):
    client.post("/events", json={"summary": "Zahnärztin Müller", **MORNING})
    client.post("/events", json={"summary": "Bread", "description": "from Müller", **MORNING})
    assert len(listed(client, q="müller")["items"]) == 2
    assert [one["summary"] for one in listed(client, q="MULLER zahn")["items"]] == ["Zahnärztin Müller"]
    assert listed(client, q="mueller zzz")["items"] == []


def test_free_busy_tells_times_and_nothing_else(callers, client):
    weekly(client)
    noon = span("2026-03-02T12:00:00", "2026-03-02T13:00:00")
    client.post("/events", json={"summary": "Free", "transparency": "transparent", **noon})
    client.post("/events", json={"summary": "Adjacent", **span("2026-03-02T09:30:00", "2026-03-02T10:00:00")})
    calendar = client.get("/calendars").json()["items"][0]
    query = {
        "timeMin": "2026-03-02T00:00:00+01:00",
        "timeMax": "2026-03-03T00:00:00+01:00",
        "items": [{"id": calendar["id"]}],
    }
    answer = client.post("/freebusy", json=query)
    assert answer.status_code == 200, answer.text
    assert answer.json()["calendars"][calendar["id"]]["busy"] == [
        {"start": "2026-03-02T08:00:00Z", "end": "2026-03-02T09:00:00Z"}
    ]
    other = callers.user(f"mallory-{uuid.uuid4()}").post("/freebusy", json=query)
    assert other.status_code == 200
    assert other.json()["calendars"][calendar["id"]]["errors"][0]["reason"] == "notFound"
    assert other.json()["calendars"][calendar["id"]]["busy"] == []


def test_changes_tell_everything_in_order(client):
    start = client.get("/changes", params={"cursor": "now"}).json()["nextCursor"]
    event = weekly(client)
    client.patch(f"/events/{event['id']}", json={"summary": "A"})
    client.delete(f"/events/{event['id']}")
    answer = client.get("/changes", params={"cursor": start}).json()
    assert [one["type"] for one in answer["items"]] == [
        "calendar.event.created",
        "calendar.event.updated",
        "calendar.event.deleted",
    ]
    assert {one["resourceId"] for one in answer["items"]} == {event["id"]}
    assert client.get("/changes", params={"cursor": answer["nextCursor"]}).json()["items"] == []
    whole = client.get("/changes", params={"maxResults": 1}).json()
    assert whole["hasMore"] is True
    assert client.get("/changes", params={"cursor": "nonsense"}).status_code == 422
