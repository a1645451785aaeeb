"""The same program on PostgreSQL."""

import pytest


def test_data_is_there_after_a_restart_on_postgres(start_program, callers_of, postgres):
    url = postgres.new_database()
    first = start_program(DATABASE_URL=url)
    ann = callers_of(first).user("ann")
    made = ann.post("/calendars", json={"name": "Garden"})
    assert made.status_code == 201, made.text
    calendar = made.json()["id"]
    event = ann.post("/events", params={"calendarId": calendar}, json={
        "calendarId": calendar, "summary": "Sow",
        "start": {"dateTime": "2026-03-01T09:00:00+01:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-03-01T10:00:00+01:00", "timeZone": "Europe/Berlin"}})
    assert event.status_code == 201, event.text
    assert first.sign_in_link(), first.said()
    assert first.stop() == 0
    second = start_program(DATABASE_URL=url)
    again = callers_of(second).user("ann")
    assert again.get(f"/events/{event.json()['id']}").json()["summary"] == "Sow"
    metrics = callers_of(second).operations().get("/metrics").text
    assert 'scheduling_dependency_up{dependency="database"} 1' in metrics
    assert 'backend="postgresql"' in metrics


def test_two_copies_share_a_database(start_program, callers_of, postgres):
    url = postgres.new_database()
    here, there = start_program(DATABASE_URL=url), start_program(DATABASE_URL=url)
    made = callers_of(here).user("ann").post("/calendars", json={"name": "Garden"})
    assert made.status_code == 201, made.text
    assert callers_of(there).user("ann").get(f"/calendars/{made.json()['id']}").status_code == 200


def test_absent_database_stops_the_start(start_program):
    with pytest.raises(RuntimeError, match="127.0.0.1"):
        start_program(DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing")
