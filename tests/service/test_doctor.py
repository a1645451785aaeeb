"""scheduling-worker doctor: what it finds, and that it changes nothing."""

import contextlib
import json
import os
import pathlib
import re
import socket
import sqlite3
import subprocess
import threading

import pytest

from program import free_port

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Doctor:
    """Examines with a configuration."""

    def __init__(self, binary, folder):
        self.binary, self.folder = str(binary), folder

    def run(self, *arguments, **environment):
        kept = {name: os.environ[name] for name in os.environ if name == "PATH" or name.endswith("SAN_OPTIONS")}
        settings = {"DATA_DIR": str(self.folder / "data"), "PORT": str(free_port()),
                    "PROMETHEUS_PORT": str(free_port()), "MAX_CONNECTIONS": "100"}
        return subprocess.run([self.binary, "doctor", *arguments], env={**kept, **settings, **environment},
                              capture_output=True, text=True, timeout=120, cwd=self.folder)

    def checks(self, **environment):
        """{name: [check]} and the exit status."""
        done = self.run("--json", **environment)
        report, found = json.loads(done.stdout), {}
        for check in report["checks"]:
            assert set(check) <= {"name", "status", "message", "advice"}
            assert check["message"]
            assert check["status"] == "ok" or check["advice"], check
            found.setdefault(check["name"], []).append(check)
        statuses = {check["status"] for check in report["checks"]}
        assert report["status"] == next(word for word in ("fail", "warn", "ok") if word in statuses)
        return found, done.returncode


@pytest.fixture
def doctor(binary, tmp_path):
    return Doctor(binary, tmp_path)


@contextlib.contextmanager
def greeter(greeting):
    """A server that greets each connection; its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        def serve():
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    with connection:
                        connection.sendall(greeting)
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def status_of(found, name):
    return [check["status"] for check in found[name]]


def test_new_machine_is_well_and_stays_as_it_is(doctor):
    found, status = doctor.checks()
    assert status == 0, found
    assert status_of(found, "data-folder") == ["ok"]
    assert status_of(found, "database") == ["ok"]
    assert status_of(found, "ports") == ["ok", "ok"]
    assert status_of(found, "time-zones") == ["ok"]
    assert status_of(found, "receivers") == ["warn"]
    assert not (doctor.folder / "data").exists()


def test_text_says_the_same_for_people(doctor):
    done = doctor.run()
    assert done.returncode == 0, done.stderr
    assert re.search(r"^ok    configuration ", done.stdout, re.MULTILINE)
    assert re.search(r"^warn  receivers ", done.stdout, re.MULTILINE)
    assert "-> Set ALERT_WEBHOOK_URL" in done.stdout
    assert re.search(r"^\d+ ok, \d+ to look at, 0 wrong$", done.stdout, re.MULTILINE)
    assert "\x1b" not in done.stdout


def test_mistakes_of_the_configuration_are_all_told(doctor):
    found, status = doctor.checks(LOG_LEVEL="loud", SHUTDOWN_TIMEOUT="soon")
    assert status == 78
    assert status_of(found, "configuration") == ["fail", "fail"]


def test_running_service_is_looked_at(start_program, binary):
    program = start_program()
    found, status = Doctor(binary, program.folder).checks(
        PORT=str(program.port), PROMETHEUS_PORT=str(program.ops_port))
    assert status == 0, found
    for name in ("service", "service-ready", "service-live", "database", "database-integrity",
                 "database-migrations"):
        assert status_of(found, name)[0] == "ok", found[name]
    assert [check["message"] for check in found["ports"]] == [
        f"PORT {program.port} is served", f"PROMETHEUS_PORT {program.ops_port} is served"]
    program.stop()


def test_damaged_database_is_found(start_program, binary):
    program = start_program()
    program.stop()
    [file] = program.data.glob("*.db")
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA writable_schema = ON")
        database.execute("UPDATE sqlite_schema SET rootpage = 3 WHERE name = 'events'")
    found, status = Doctor(binary, program.folder).checks()
    assert status == 1
    assert "fail" in status_of(found, "database-integrity") if "database-integrity" in found else \
        status_of(found, "database") == ["fail"]


def test_newer_schema_is_found(start_program, binary):
    program = start_program()
    program.stop()
    [file] = program.data.glob("*.db")
    with sqlite3.connect(file) as database:
        columns = [row[1] for row in database.execute("PRAGMA table_info(schema_migrations)")]
        values = {"version": 9999}
        row = [values.get(name, "x" if name in ("name", "checksum") else 0) for name in columns]
        places = ", ".join("?" * len(columns))
        database.execute(f"INSERT INTO schema_migrations ({', '.join(columns)}) VALUES ({places})", row)
    found, status = Doctor(binary, program.folder).checks()
    assert status == 1
    assert status_of(found, "database-migrations") == ["fail"]


def test_absent_postgres_is_found_without_its_password(doctor):
    found, status = doctor.checks(DATABASE_URL="postgres://planner:hunter2secret@127.0.0.1:1/plans")
    assert status == 1
    assert status_of(found, "database") == ["fail"]
    assert "hunter2secret" not in json.dumps(found)
    assert "[redacted]@127.0.0.1:1" in found["connection-string"][0]["message"]


def test_postgres_is_looked_at(doctor, postgres):
    found, status = doctor.checks(DATABASE_URL=postgres.new_database())
    assert status == 0, found
    assert "PostgreSQL" in found["database"][0]["message"]
    assert status_of(found, "database-migrations") == ["warn"]  # no service has made the tables
    assert len(found["database-pool"]) == 1


def test_taken_port_is_found(doctor):
    with socket.create_server(("127.0.0.1", 0)) as owner:
        found, status = doctor.checks(PROMETHEUS_PORT=str(owner.getsockname()[1]))
    assert status == 1
    assert status_of(found, "ports") == ["ok", "fail"]
    assert "9464" in found["ports"][1]["advice"]


def test_files_that_others_can_read_are_found(start_program, binary):
    program = start_program(JWT_SECRET="")
    program.stop()
    (program.data / "jwt-secret").chmod(0o644)
    program.data.chmod(0o755)
    found, _ = Doctor(binary, program.folder).checks()
    assert status_of(found, "secret-files") == ["warn"]
    assert status_of(found, "data-folder") == ["warn"]


def test_receivers_are_reached_and_nothing_is_sent(doctor):
    with greeter(b"220 mail.example ESMTP\r\n") as mail, greeter(b"") as other:
        secret = "verysecretpath"
        found, status = doctor.checks(
            SENTRY_DSN=f"http://publickey@127.0.0.1:{other}/7", JAEGER_ENDPOINT=f"http://127.0.0.1:{other}/api/traces",
            ALERT_WEBHOOK_URL=f"http://127.0.0.1:{other}/services/{secret}", ALERT_EMAIL_TO="ops@example.com",
            SMTP_URL=f"smtp://user:{secret}@127.0.0.1:{mail}")
    assert status == 0, found
    for name in ("sentry", "traces", "alert-webhook", "mail"):
        assert status_of(found, name) == ["ok"], found[name]
    assert "greets" in found["mail"][0]["message"]
    assert secret not in json.dumps(found)
    assert "publickey" not in json.dumps(found)
    assert "receivers" not in found


def test_receivers_that_are_away_or_wrong_are_found(doctor):
    port = free_port()
    with greeter(b"SSH-2.0-OpenSSH\r\n") as other:
        found, status = doctor.checks(
            SENTRY_DSN="http://127.0.0.1/no-number", OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{port}",
            ALERT_WEBHOOK_URL=f"http://127.0.0.1:{port}/x", SMTP_URL=f"smtp://127.0.0.1:{other}",
            REDIS_URL=f"redis://127.0.0.1:{port}", KAFKA_BROKERS=f"127.0.0.1:{port}")
    assert status == 1
    assert status_of(found, "sentry") == ["fail"]
    for name in ("traces", "alert-webhook", "mail", "redis", "kafka"):
        assert status_of(found, name) == ["warn"], found[name]


def test_mail_without_a_server_is_found(doctor):
    found, status = doctor.checks(ALERT_EMAIL_TO="ops@example.com")
    assert status in (1, 78)
    assert "fail" in status_of(found, "mail") if "mail" in found else "fail" in status_of(found, "configuration")


def test_page_and_runbooks_name_checks_that_there_are(doctor):
    page = (ROOT / "docs/operations/doctor.md").read_text()
    sources = "".join(file.read_text() for file in (ROOT / "src/app/doctor").glob("*.cpp"))
    listed = set(re.findall(r"`([a-z-]+)`", "".join(
        line.split("|")[1] for line in page.splitlines() if line.startswith("| `") and "." not in line.split("|")[1])))
    assert listed
    for name in listed:
        assert f'"{name}"' in sources, name
    for runbook in (ROOT / "docs/runbooks").glob("*.md"):
        for checks in re.findall(r"doctor`\s+\(checks? ([^)]+)\)", runbook.read_text()):
            for name in re.findall(r"`([a-z-]+)`", checks):
                assert name in listed, (runbook.name, name)
