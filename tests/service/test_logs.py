"""The log of the running program: its shape, rotation, reopening, levels at run time, and what it
must never say."""

import gzip
import json
import os
import signal

import pytest
from program import wait_until

LIMIT = 30


def lines_of(path):
    """The records of a log file; a line that is no JSON fails the test."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def records(folder, name="service.log"):
    """The records of a log with those put aside."""
    found = []
    for file in sorted(folder.glob(name + ".*")):
        text = gzip.decompress(file.read_bytes()).decode() if file.suffix == ".gz" else file.read_text()
        found += [json.loads(line) for line in text.splitlines()]
    return found + lines_of(folder / name)


@pytest.fixture
def logged(start_program, tmp_path):
    """logged(*arguments, NAME="value") starts a copy that logs into a folder of its own; answers both."""

    def start(*arguments, **environment):
        return start_program(*arguments, LOG_FILE=str(tmp_path / "service.log"), **environment), tmp_path

    return start


def test_requests_are_lines_with_the_keys_of_the_contract(logged, callers_of):
    program, folder = logged()
    answer = callers_of(program).user("ann").get("/calendars", headers={"X-Request-ID": "seen-in-the-log"})
    assert answer.status_code == 200
    wait_until(lambda: any(r.get("requestId") == "seen-in-the-log" for r in records(folder)), LIMIT, "the line")
    record = next(r for r in records(folder) if r.get("requestId") == "seen-in-the-log")
    assert list(record)[:7] == ["timestamp", "level", "service", "component", "userId", "operation", "duration"]
    assert record["operation"] == "GET /calendars"
    assert record["message"] == "API request completed"
    program.stop()


def test_file_is_put_aside_and_compressed_while_requests_come(logged, callers_of):
    program, folder = logged(LOG_MAX_SIZE="8KiB", LOG_KEEP="1000")
    ann = callers_of(program).user("ann")
    for i in range(120):
        assert ann.get("/calendars", headers={"X-Request-ID": f"r-{i}"}).status_code == 200
    wait_until(lambda: len(list(folder.glob("service.log.*.gz"))) >= 2, LIMIT, "two compressed files")
    program.stop()
    seen = {r.get("requestId") for r in records(folder)}
    assert seen >= {f"r-{i}" for i in range(120)}


def test_hangup_opens_the_log_again_and_takes_new_levels(logged, callers_of, tmp_path):
    settings = tmp_path / "settings.yaml"
    settings.write_text("logLevel: info\n")
    program, folder = logged("--config", str(settings), LOG_LEVEL="")
    file = folder / "service.log"

    def reload(level):
        os.rename(file, folder / f"before-{level}")
        settings.write_text(f"logLevel: {level}\n")
        program.process.send_signal(signal.SIGHUP)
        wait_until(file.exists, LIMIT, "the new file")

    reload("warn")
    ann = callers_of(program).user("ann")
    assert ann.get("/calendars", headers={"X-Request-ID": "not-to-be-seen"}).status_code == 200
    reload("info")
    assert ann.get("/calendars", headers={"X-Request-ID": "to-be-seen"}).status_code == 200
    wait_until(lambda: "to-be-seen" in file.read_text(), LIMIT, "the line")
    program.stop()
    assert "not-to-be-seen" not in "".join(file.read_text() for file in folder.iterdir() if file.is_file())


def test_hangup_with_a_wrong_configuration_changes_nothing(logged, callers_of, tmp_path):
    settings = tmp_path / "settings.yaml"
    settings.write_text("logLevel: info\n")
    program, folder = logged("--config", str(settings), LOG_LEVEL="")
    settings.write_text("logLevel: loud\n")
    program.process.send_signal(signal.SIGHUP)
    wait_until(lambda: "has mistakes" in (folder / "service.log").read_text(), LIMIT, "the complaint")
    assert callers_of(program).stranger().get("/health").status_code == 200
    program.stop()


def test_no_secret_of_the_program_reaches_the_log(logged, callers_of):
    program, folder = logged(JWT_SECRET="", SETUP_CODE="a-set-up-code-for-tests", LOG_LEVEL="debug")
    secret = (program.data / "jwt-secret").read_text().strip()
    stranger = callers_of(program).stranger()
    for text in (secret, "sw_pat_" + "a" * 43, "a-set-up-code-for-tests"):
        stranger.get("/calendars", headers={"Authorization": f"Bearer {text}"})
        stranger.get(f"/feeds/{text}.ics")
        stranger.get(f"/nowhere/{text}?token={text}&code={text}")
        stranger.post("/auth/session", json={"setupCode": "wrong" + text})
    program.stop()
    everything = "".join(file.read_text() for file in folder.glob("service.log*"))
    for text in (secret, "sw_pat_" + "a" * 43, "a-set-up-code-for-tests"):
        assert text not in everything
