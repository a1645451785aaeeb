"""Error tracking of the real program: what reaches a receiver, what is counted, crash reports."""

import os
import pathlib
import re
import signal
import sqlite3
import subprocess
import uuid

import pytest
from program import wait_until
from sentry_receiver import Receiver

LIMIT = 30
SENTRY_CLI = pathlib.Path(__file__).parent / "node" / "node_modules" / ".bin" / "sentry-cli"
PLANTED = "PlantedS3cretOfTheTests"


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.close()
    assert not made.mistakes, made.mistakes


def telemetry(client, family):
    """The values of a family of telemetry for signal=sentry, together."""
    text = client.get("/metrics").text
    found = re.findall(rf'^scheduling_telemetry_{family}_total\{{[^}}]*signal="sentry"[^}}]*\}} (\d+)', text,
                       re.MULTILINE)
    return sum(int(value) for value in found)


def errors_counted(client, severity):
    text = client.get("/metrics").text
    found = re.findall(rf'^scheduling_errors_total\{{class="{severity}"[^}}]*\}} (\d+)', text, re.MULTILINE)
    return sum(int(value) for value in found)


def relayed(client, subscriber):
    text = client.get("/metrics").text
    found = re.search(rf'^scheduling_outbox_relayed_total{{subscriber="{subscriber}"}} (\d+)', text, re.MULTILINE)
    return int(found[1]) if found else 0


def crash(program, number):
    """Ends the program as a fault would."""
    program.signal(number)
    assert program.wait() == -number


def damaged_event(start_program, callers_of, **environment):
    """A copy whose database holds an event that cannot be read, a client, and the event's path."""
    first = start_program(**environment)
    client = callers_of(first).user("ann")
    calendar = client.post("/calendars", json={"name": "Garden"}).json()["id"]
    made = client.post("/events", json={
        "calendarId": calendar, "summary": "Weeding",
        "start": {"dateTime": "2026-03-02T09:00:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-03-02T10:00:00", "timeZone": "Europe/Berlin"}})
    assert made.status_code == 201, made.text
    # What follows the change has read the event before it is damaged: only a request meets the damage.
    wait_until(lambda: relayed(callers_of(first).operations(), "reminders") >= 1, LIMIT, "the change followed")
    assert first.stop() == 0
    database = next(first.data.glob("*.db"))
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE events SET attributes = x'ff'")
    connection.close()
    program = start_program(folder=first.folder, **environment)
    return program, callers_of(program), f"/events/{made.json()['id']}"


def test_an_error_of_a_request_reaches_the_receiver(start_program, callers_of, receiver):
    program, callers, path = damaged_event(start_program, callers_of, SENTRY_DSN=receiver.dsn,
                                           SENTRY_ENVIRONMENT="testing", INSTANCE_ID="copy-1")
    answer = callers.user("ann").get(path)
    assert answer.status_code == 500, answer.text
    wait_until(lambda: receiver.events, LIMIT, "an event")
    event = receiver.events[0]
    assert event["level"] == "fatal"
    assert event["tags"]["errorType"] == "corrupted"
    assert event["tags"]["endpoint"] == "/events/{eventId}"
    assert event["tags"]["requestId"] == answer.headers["X-Request-ID"]
    assert event["environment"] == "testing"
    assert event["server_name"] == "copy-1"
    assert event["exception"]["values"][-1]["type"] == "corrupted"
    assert re.fullmatch(r"[0-9a-f]{32}", event["contexts"]["trace"]["trace_id"])
    assert event["user"]["id"] and event["user"]["id"] != "ann"
    operations = callers.operations()
    assert errors_counted(operations, "critical") == 1
    # A damaged row is critical, but no restart mends it: live, with a warning.
    live = operations.get("/health/live")
    assert live.status_code == 200 and live.json()["status"] == "warn"
    wait_until(lambda: telemetry(operations, "exported") == telemetry(operations, "emitted"), LIMIT,
               "everything exported")
    assert program.stop() == 0


def test_a_storm_sends_few_and_counts_the_rest(start_program, callers_of, receiver):
    program, callers, path = damaged_event(start_program, callers_of, SENTRY_DSN=receiver.dsn)
    client, operations = callers.user("ann"), callers.operations()
    for _ in range(50):
        assert client.get(path).status_code == 500
    assert telemetry(operations, "emitted") == 50
    wait_until(lambda: telemetry(operations, "exported") + telemetry(operations, "dropped") == 50, LIMIT,
               "each event exported or dropped")
    assert 1 <= len(receiver.events) <= 10
    assert program.stop() == 0


@pytest.mark.parametrize("status", [429, 500])
def test_a_receiver_that_refuses_is_counted_and_logged_once(start_program, callers_of, receiver, status):
    program, callers, path = damaged_event(start_program, callers_of, SENTRY_DSN=receiver.dsn)
    receiver.status, receiver.headers = status, {"Retry-After": "60"}
    client, operations = callers.user("ann"), callers.operations()
    for _ in range(5):
        assert client.get(path).status_code == 500
    wait_until(lambda: telemetry(operations, "dropped") == telemetry(operations, "emitted") == 5, LIMIT,
               "all dropped")
    assert telemetry(operations, "exported") == 0
    assert operations.get("/health/ready").status_code == 200
    assert program.stop() == 0
    assert program.said().count("Errors cannot be reported") == 1


def test_a_receiver_that_is_gone_stops_nothing(start_program, callers_of):
    program, callers, path = damaged_event(start_program, callers_of, SENTRY_DSN="http://key@127.0.0.1:1/7")
    client, operations = callers.user("ann"), callers.operations()
    assert client.get(path).status_code == 500
    wait_until(lambda: telemetry(operations, "dropped") == 1, LIMIT, "the event given up")
    assert operations.get("/health/ready").status_code == 200
    assert program.stop() == 0
    assert program.said().count("Errors cannot be reported") == 1


def test_a_dsn_that_is_none_stops_the_start_with_a_line(start_program):
    with pytest.raises(RuntimeError) as problem:
        start_program(SENTRY_DSN="https://sentry.example/without-a-key")
    assert "SENTRY_DSN" in str(problem.value)
    assert "https://KEY@HOST/PROJECT" in str(problem.value)


def test_a_planted_secret_is_in_no_event(start_program, callers_of, receiver, sanitized):
    program, callers, path = damaged_event(start_program, callers_of, SENTRY_DSN=receiver.dsn,
                                           TOKEN_ENCRYPTION_KEY=PLANTED + "-and-enough-bytes-for-a-key")
    client = callers.user("ann")
    headers = {"X-Request-ID": "Bearer " + PLANTED, "Cookie": f"sw_session={PLANTED}"}
    client.get(f"{path}?access_token={PLANTED}&key={PLANTED}", headers=headers)
    assert client.get(path).status_code == 500
    if sanitized:
        pytest.skip("a sanitizer reports crashes itself")
    crash(program, signal.SIGSEGV)
    second = start_program(folder=program.folder, SENTRY_DSN=receiver.dsn,
                           TOKEN_ENCRYPTION_KEY=PLANTED + "-and-enough-bytes-for-a-key")
    wait_until(lambda: any(event["tags"]["errorType"] == "crash" for event in receiver.events), LIMIT,
               "the crash report")
    assert second.stop() == 0
    assert len(receiver.envelopes) >= 2
    for envelope in receiver.envelopes:
        assert PLANTED.encode() not in envelope
    assert "ann" not in {event.get("user", {}).get("id") for event in receiver.events}


def test_a_crash_is_reported_at_the_next_start(start_program, callers_of, receiver, sanitized):
    if sanitized:
        pytest.skip("a sanitizer reports crashes itself")
    first = start_program(SENTRY_DSN=receiver.dsn)
    assert callers_of(first).stranger().get("/health").status_code == 200
    crash(first, signal.SIGSEGV)
    crashes = first.data / "crashes"
    assert len(list(crashes.glob("*.crash"))) == 1

    second = start_program(folder=first.folder, SENTRY_DSN=receiver.dsn)
    wait_until(lambda: receiver.events, LIMIT, "the crash report")
    event = receiver.events[0]
    assert event["level"] == "fatal"
    assert event["tags"]["errorType"] == "crash"
    fault = event["exception"]["values"][-1]
    assert fault["mechanism"] == {"type": "signalhandler", "handled": False}
    assert "SIGSEGV" in event["exception"]["values"][0]["value"]
    assert len(fault["stacktrace"]["frames"]) > 2
    assert event["debug_meta"]["images"][0]["code_id"]
    assert event["breadcrumbs"]["values"]
    wait_until(lambda: not list(crashes.iterdir()), LIMIT, "the file gone, since it was accepted")
    operations = callers_of(second).operations()
    assert errors_counted(operations, "critical") == 1
    assert "crashed" in second.said() and "SIGSEGV" in second.said()
    assert second.stop() == 0
    third = start_program(folder=first.folder, SENTRY_DSN=receiver.dsn)
    assert errors_counted(callers_of(third).operations(), "critical") == 0
    assert third.stop() == 0


def test_a_crash_without_a_receiver_is_logged_once_and_kept(start_program, callers_of, receiver, sanitized):
    if sanitized:
        pytest.skip("a sanitizer reports crashes itself")
    first = start_program()
    crash(first, signal.SIGABRT)
    second = start_program(folder=first.folder)
    assert errors_counted(callers_of(second).operations(), "critical") == 1
    assert second.stop() == 0
    assert len(list((first.data / "crashes").iterdir())) == 1
    third = start_program(folder=first.folder)
    assert errors_counted(callers_of(third).operations(), "critical") == 0
    assert third.stop() == 0
    assert third.said().count("The process before this one crashed") == 1
    # Who is told later still gets it.
    fourth = start_program(folder=first.folder, SENTRY_DSN=receiver.dsn)
    wait_until(lambda: receiver.events, LIMIT, "the crash report")
    assert fourth.stop() == 0


def test_a_start_that_fails_is_reported(start_program, receiver):
    first = start_program()
    assert first.stop() == 0
    database = next(first.data.glob("*.db"))
    database.write_bytes(b"this is no database" * 1000)
    with pytest.raises(RuntimeError):
        start_program(folder=first.folder, SENTRY_DSN=receiver.dsn)
    wait_until(lambda: receiver.events, LIMIT, "the failed start")
    assert receiver.events[0]["tags"]["errorType"] == "start_failed"


@pytest.fixture
def sentry_cli(tmp_path, receiver):
    """sentry_cli("send-envelope", ...) runs Sentry's own client against the receiver."""
    if not SENTRY_CLI.exists():
        pytest.skip(f"@sentry/cli is not installed ({SENTRY_CLI.parents[2]})")

    def run(*arguments):
        done = subprocess.run(
            [SENTRY_CLI, *arguments], capture_output=True, text=True, timeout=60,
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "SENTRY_DSN": receiver.dsn})
        assert done.returncode == 0, done.stdout + done.stderr

    return run


def test_sentrys_own_client_reads_our_envelopes(start_program, callers_of, receiver, sentry_cli, tmp_path):
    program, callers, path = damaged_event(start_program, callers_of, SENTRY_DSN=receiver.dsn)
    assert callers.user("ann").get(path).status_code == 500
    wait_until(lambda: receiver.events, LIMIT, "an event")
    file = tmp_path / "error.envelope"
    file.write_bytes(receiver.envelopes[0])
    sentry_cli("send-envelope", str(file))  # parses it, and writes it anew
    wait_until(lambda: len(receiver.events) == 2, LIMIT, "the event sent again by sentry-cli")
    assert uuid.UUID(receiver.events[1]["event_id"]) == uuid.UUID(receiver.events[0]["event_id"])
    for name in ("level", "release", "fingerprint", "tags", "user"):
        assert receiver.events[1][name] == receiver.events[0][name], name
    assert program.stop() == 0


def test_sentrys_own_client_sends_our_crash_report_on(
    start_program, receiver, sentry_cli, tmp_path, sanitized
):
    if sanitized:
        pytest.skip("a sanitizer reports crashes itself")
    first = start_program(SENTRY_DSN=receiver.dsn)
    crash(first, signal.SIGSEGV)
    second = start_program(folder=first.folder, SENTRY_DSN=receiver.dsn)
    wait_until(lambda: receiver.events, LIMIT, "the crash report")
    assert second.stop() == 0
    file = tmp_path / "crash.envelope"
    file.write_bytes(receiver.envelopes[0])
    # As it is: the client's parser knows no ELF files, which the server does.
    sentry_cli("send-envelope", "--raw", str(file))
    wait_until(lambda: len(receiver.events) == 2, LIMIT, "the report sent again by sentry-cli")
    assert receiver.events[1] == receiver.events[0]
