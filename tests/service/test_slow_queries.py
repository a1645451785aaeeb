"""Slow queries in the log of the running program, on both databases."""

import json

import pytest

from program import wait_until

TITLE = "Zanzibar planning of the merger"


def slow_lines(program):
    lines = [json.loads(line) for line in program.said().splitlines() if line.startswith("{")]
    return [line for line in lines if line["message"] == "Slow query"]


def make_events(user, count):
    """Events of a calendar of the user's own, in batches."""
    made = user.post("/calendars", json={"name": "Slow"})
    assert made.status_code == 201, made.text
    calendar = made.json()["id"]
    operations = [{"method": "create", "event": {
        "calendarId": calendar, "summary": TITLE,
        "start": {"dateTime": f"2026-03-{1 + number % 28:02d}T09:00:00Z", "timeZone": "UTC"},
        "end": {"dateTime": f"2026-03-{1 + number % 28:02d}T10:00:00Z", "timeZone": "UTC"}}}
        for number in range(count)]
    answer = user.post("/events/batch", json={"operations": operations})
    assert answer.status_code == 200, answer.text[:2000]
    return calendar


def check_lines(program, expected_in_plan):
    wait_until(lambda: slow_lines(program), 30, "a slow query is logged")
    program.stop()
    lines = slow_lines(program)
    for line in lines:
        assert line["level"] == "WARN"
        assert line["component"] == "database"
        assert line["duration"] >= 1
        assert line["rows"] >= 0
        assert line["statement"] and line["summary"] and line["plan"]
        assert "no plan" not in line["plan"], line
    assert TITLE not in json.dumps(lines)
    assert any(word in line["plan"] for line in lines for word in expected_in_plan), lines
    statements = [line["statement"] for line in lines]
    assert len(statements) == len(set(statements)), "one line for each in a while"


def test_slow_query_is_logged_with_its_plan_and_no_value(start_program, callers_of):
    program = start_program(SLOW_QUERY="1ms")
    make_events(callers_of(program).user("ann"), 300)
    check_lines(program, ("SEARCH", "SCAN"))


def test_slow_query_of_postgres_is_logged_with_its_generic_plan(start_program, callers_of, postgres):
    program = start_program(SLOW_QUERY="1ms", DATABASE_URL=postgres.new_database(), TOKEN_ENCRYPTION_KEY="k" * 32)
    make_events(callers_of(program).user("ann"), 300)
    check_lines(program, ("Scan", "Insert"))


def test_nothing_is_slow_by_default_or_when_it_is_off(start_program, callers_of):
    for threshold in ("1h", "0s"):
        program = start_program(SLOW_QUERY=threshold)
        make_events(callers_of(program).user("ann"), 20)
        program.stop()
        assert slow_lines(program) == [], threshold


@pytest.mark.parametrize("value", ["soon", "-1s"])
def test_wrong_threshold_stops_the_start(start_program, value):
    with pytest.raises(RuntimeError, match="SLOW_QUERY"):
        start_program(SLOW_QUERY=value)
