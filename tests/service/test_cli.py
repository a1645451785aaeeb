"""The commands of the program: what they print, how they end, what they leave behind."""

import json
import os
import signal
import socket
import stat
import subprocess

import httpx
import pytest

from program import free_port, wait_until

EVENTS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
BEGIN:VEVENT
UID:one@test
DTSTAMP:20260301T000000Z
DTSTART:20260302T090000Z
DTEND:20260302T100000Z
SUMMARY:Dentist
X-COLOUR-OF-CHAIR:green
END:VEVENT
BEGIN:VEVENT
UID:two@test
DTSTAMP:20260301T000000Z
DTSTART;TZID=Europe/Berlin:20260303T180000
DTEND;TZID=Europe/Berlin:20260303T190000
RRULE:FREQ=WEEKLY;COUNT=4
SUMMARY:Choir
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


class CommandLine:
    """Runs commands on one data folder."""

    def __init__(self, binary, folder):
        self.binary = str(binary)
        self.folder = folder
        self.data = folder / "data"

    def environment(self, **more):
        kept = {name: os.environ[name] for name in os.environ
                if name in ("PATH", "TZDIR") or name.endswith("SAN_OPTIONS")}
        return {**kept, "DATA_DIR": str(self.data), **more}

    def __call__(self, *arguments, stdin=None, **environment):
        return subprocess.run([self.binary, *arguments], env=self.environment(**environment),
                              input=stdin, capture_output=True, text=True, timeout=60,
                              cwd=self.folder)

    def ok(self, *arguments, **more):
        done = self(*arguments, **more)
        assert done.returncode == 0, done.stderr
        return done


@pytest.fixture
def command(binary, tmp_path):
    return CommandLine(binary, tmp_path)


@pytest.fixture
def file_of_events(tmp_path):
    path = tmp_path / "events.ics"
    path.write_text(EVENTS, newline="")
    return str(path)


def test_help_names_every_command_and_exit_status(command):
    said = command.ok("--help").stdout
    for name in ("serve", "import", "export", "migrate", "backup", "restore", "config", "token",
                 "jobs", "health", "doctor", "debug-bundle", "version", "completion"):
        assert f"\n  {name} " in said, name
        assert command.ok(name, "--help").stdout.strip(), name
    assert "78" in said
    assert max(len(line) for line in said.splitlines()) <= 80


def test_version_is_one_line(command):
    said = command.ok("version").stdout
    assert said.startswith("scheduling-worker ")
    assert said.count("\n") == 1


@pytest.mark.parametrize("arguments, expected", [
    ((), "subcommand"),
    (("prune",), "no command prune"),
    (("serve", "--prot", "8080"), "did you mean port"),
    (("import",), "FILE"),
    (("serve", "--port"), "expected a value"),
    (("token", "create"), "--user"),
    (("completion", "zsh"), "zsh"),
    (("jobs",), "subcommand"),
    (("jobs", "retry"), "--kind"),
    (("jobs", "drop", "--kind", "mail", "0190163d-8694-739b-aea5-966c26f8ad91"), "--kind"),
    (("jobs", "retry", "seven"), "no id of a job"),
    (("jobs", "dead", "--limit", "0"), "--limit"),
])
def test_mistaken_command_line_ends_with_2_and_says_why(command, arguments, expected):
    done = command(*arguments)
    assert done.returncode == 2, done
    assert expected in done.stderr
    assert all(line.startswith("scheduling-worker: ") for line in done.stderr.splitlines())
    assert not command.data.exists()


def test_every_mistake_of_a_configuration_is_told_at_once(command):
    done = command("serve", "--port", "x", LOG_LEVEL="loud", SHUTDOWN_TIMEOUT="soon")
    assert done.returncode == 78
    for name in ("PORT", "LOG_LEVEL", "SHUTDOWN_TIMEOUT"):
        assert f"scheduling-worker: {name}: " in done.stderr, done.stderr
    assert not command.data.exists()


def test_mistakes_that_only_the_parts_see_are_told_at_once(command):
    checked = command("config", "--check", TRUSTED_PROXIES="nowhere", CORS_ORIGINS="example.org",
                      TLS_CERT_FILE="/nonexistent.pem", TLS_KEY_FILE="/nonexistent.key")
    assert checked.returncode == 78
    for name in ("TRUSTED_PROXIES", "CORS_ORIGINS", "TLS_CERT_FILE"):
        assert f"scheduling-worker: {name}: " in checked.stderr, checked.stderr


def test_config_shows_what_is_in_force_without_secrets(command):
    secret = "a secret that must not be seen, 32 bytes"
    done = command.ok("config", "--port", "4000", JWT_SECRET=secret, LOG_LEVEL="warn")
    shown = json.loads(done.stdout)
    assert shown["PORT"] == {"value": "4000", "origin": "--port"}
    assert shown["LOG_LEVEL"]["value"] == "warn"
    assert secret not in done.stdout + done.stderr
    assert command.ok("config", "--check").stdout == ""


def test_config_help_documents_every_variable(command):
    said = command.ok("config", "--help").stdout
    for name in json.loads(command.ok("config").stdout):
        assert f"\n  {name}  --" in said, name


def test_import_then_export_gives_back_what_was_read(command, file_of_events, tmp_path):
    assert command.ok("import", file_of_events).stdout.startswith("2 new, 0 updated, 0 unchanged, 0 failed")
    again = command.ok("import", file_of_events).stdout
    assert again.startswith("0 new")
    target = tmp_path / "out.ics"
    assert command.ok("export", "-o", str(target)).stdout == ""
    text = target.read_text()
    for line in ("SUMMARY:Dentist", "X-COLOUR-OF-CHAIR:green", "RRULE:FREQ=WEEKLY;COUNT=4", "UID:two@test"):
        assert line in text, line
    assert command.ok("export").stdout.count("BEGIN:VEVENT") == 2


def test_import_reads_standard_input(command):
    assert command.ok("import", "-", stdin=EVENTS).stdout.startswith("2 new")


def test_import_into_what_is_not_there_fails_in_one_line(command, file_of_events):
    for arguments, expected in (
            ((file_of_events, "--calendar", "Garden"), 'no calendar "Garden"'),
            ((file_of_events, "--user", "nobody"), 'no user "nobody"'),
            (("/nonexistent.ics",), "/nonexistent.ics")):
        done = command("import", *arguments)
        assert done.returncode == 1
        assert expected in done.stderr
        assert done.stderr.count("\n") == 1


def test_export_leaves_no_half_file(command, tmp_path):
    done = command("export", "--user", "nobody", "-o", str(tmp_path / "out.ics"))
    assert done.returncode == 1
    assert not [name for name in os.listdir(tmp_path) if name.startswith("out.ics")]


def test_backup_and_restore_bring_back_what_was_there(command, file_of_events, tmp_path):
    command.ok("import", file_of_events)
    backup = str(tmp_path / "backup.db")
    command.ok("backup", backup)
    other = EVENTS.replace("one@test", "three@test").replace("two@test", "four@test")
    command.ok("import", "-", stdin=other)
    assert command.ok("export").stdout.count("BEGIN:VEVENT") == 4
    command.ok("restore", backup)
    assert command.ok("export").stdout.count("BEGIN:VEVENT") == 2


def test_restore_refuses_what_is_no_backup(command, file_of_events, tmp_path):
    command.ok("import", file_of_events)
    wrong = tmp_path / "wrong.db"
    wrong.write_text("this is no database, only a text that pretends to be one " * 40)
    done = command("restore", str(wrong))
    assert done.returncode == 1
    assert done.stderr.startswith("scheduling-worker: ")
    assert command.ok("export").stdout.count("BEGIN:VEVENT") == 2


def test_migrate_makes_the_database_and_then_has_nothing_to_do(command):
    assert "forward" in command.ok("migrate").stdout
    assert "forward" not in command.ok("migrate").stdout


def test_completion_is_a_script_that_bash_reads(command):
    script = command.ok("completion", "bash").stdout
    completed = subprocess.run(
        ["bash", "-c", script + """
COMP_WORDS=(scheduling-worker imp); COMP_CWORD=1; _scheduling_worker; echo "${COMPREPLY[@]}"
COMP_WORDS=(scheduling-worker import --us); COMP_CWORD=2; _scheduling_worker; echo "${COMPREPLY[@]}"
COMP_WORDS=(scheduling-worker token create --exp); COMP_CWORD=3; _scheduling_worker; echo "${COMPREPLY[@]}"
COMP_WORDS=(scheduling-worker serve --data-d); COMP_CWORD=2; _scheduling_worker; echo "${COMPREPLY[@]}"
"""], capture_output=True, text=True, timeout=30)
    assert completed.stderr == ""
    assert completed.stdout.split("\n")[:4] == ["import", "--user", "--expires", "--data-dir"]


def test_health_tells_whether_the_service_is_ready(command, program):
    ports = {"PORT": str(program.port), "PROMETHEUS_PORT": str(program.ops_port)}
    assert command.ok("health", **ports).stdout == "ready\n"
    nobody = command("health", PORT=str(free_port()))
    assert nobody.returncode == 1
    assert nobody.stderr.startswith("scheduling-worker: cannot reach 127.0.0.1:")


def test_token_of_the_command_line_opens_the_running_service(binary, start_program):
    program = start_program()
    command = CommandLine(binary, program.folder)
    token = command.ok("token", "create", "--user", "ann", "--scope", "read", "--expires", "1d").stdout.strip()
    with httpx.Client(base_url=program.base_url, headers={"Authorization": f"Bearer {token}"},
                      trust_env=False) as ann:
        listed = ann.get("/calendars")
        assert listed.status_code == 200
        assert [calendar["primary"] for calendar in listed.json()["items"]] == [True]
        assert ann.post("/calendars", json={"name": "No"}).status_code == 403


def test_token_with_wrong_scope_or_expiry_is_refused(command):
    for arguments in (("--scope", "admin"), ("--expires", "yesterday"), ("--expires", "2001-01-01T00:00:00Z")):
        done = command("token", "create", "--user", "ann", *arguments)
        assert done.returncode == 2, done
        assert arguments[0] in done.stderr
    assert command("token", "create", "--user", "ann", "--scope", "operator").returncode == 1


def test_second_service_on_the_same_data_does_not_start(binary, start_program):
    program = start_program()
    command = CommandLine(binary, program.folder)
    done = command("serve", PORT=str(free_port()), PROMETHEUS_PORT=str(free_port()))
    assert done.returncode == 78
    assert f"in use by process {program.pid}" in done.stderr
    restored = command("restore", "whatever.db")
    assert restored.returncode == 78
    assert httpx.get(f"{program.base_url}/health/ready", trust_env=False).status_code == 200


def test_taken_ports_are_both_told_and_nothing_is_written(command):
    with socket.socket() as api, socket.socket() as operations:
        for owner in (api, operations):
            owner.bind(("127.0.0.1", 0))
            owner.listen()
        ports = {"PORT": str(api.getsockname()[1]), "PROMETHEUS_PORT": str(operations.getsockname()[1])}
        done = command("serve", **ports)
    assert done.returncode == 78
    assert f"PORT: 127.0.0.1:{ports['PORT']} is in use" in done.stderr
    assert f"PROMETHEUS_PORT: 127.0.0.1:{ports['PROMETHEUS_PORT']} is in use" in done.stderr
    assert not command.data.exists()


def test_secrets_are_made_once_for_the_owner_of_the_data_alone(start_program):
    program = start_program(JWT_SECRET="")
    files = [program.data / name for name in ("jwt-secret", "token-encryption-key")]
    texts = [file.read_text() for file in files]
    for file, text in zip(files, texts):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert len(text.strip()) >= 32
    assert texts[0] != texts[1]
    program.stop()
    start_program(JWT_SECRET="", folder=program.folder)
    assert [file.read_text() for file in files] == texts


def test_sign_in_link_works_once_and_comes_no_more_when_somebody_is_signed_in(start_program):
    program = start_program()
    code = program.sign_in_link().split("#code=")[1]
    with httpx.Client(base_url=program.base_url, trust_env=False) as browser:
        opened = browser.post("/auth/session", json={"code": code})
        assert opened.status_code in (200, 201), opened.text
        assert browser.get("/auth/session").json()["user"]["role"] == "operator"
        assert httpx.post(f"{program.base_url}/auth/session", json={"code": code},
                          trust_env=False).status_code == 401
    program.stop()
    before = program.said().count("Sign in: ")
    again = start_program(folder=program.folder)
    assert again.said().count("Sign in: ") == before == 1


def test_sign_in_link_comes_again_until_somebody_is_signed_in(start_program):
    program = start_program()
    program.stop()
    again = start_program(folder=program.folder)
    links = [line for line in again.said().splitlines() if line.startswith("Sign in: ")]
    assert len(links) == len(set(links)) == 2


def test_set_up_code_stands_in_for_the_link(start_program):
    program = start_program(SETUP_CODE="a long word that nobody guesses")
    assert program.sign_in_link() is None
    assert "enter the set-up code" in program.said()


def test_draining_service_says_so_and_still_answers(start_program):
    program = start_program(SHUTDOWN_DELAY="10s")
    program.signal(signal.SIGTERM)
    ready = None
    for _ in range(10000):
        ready = httpx.get(f"{program.base_url}/health/ready", trust_env=False)
        if ready.status_code == 503:
            break
    assert ready.status_code == 503
    assert httpx.get(f"{program.ops_url}/health/ready", trust_env=False).status_code == 503
    assert httpx.get(f"{program.base_url}/health/live", trust_env=False).status_code == 200
    # A second signal does not wait for the end of the delay.
    program.signal(signal.SIGTERM)
    assert program.wait(5) == -signal.SIGTERM


def test_killed_service_starts_again_after_a_check(start_program, callers_of):
    program = start_program()
    made = callers_of(program).user("ann").post("/calendars", json={"name": "Garden"})
    assert made.status_code == 201
    program.kill()
    again = start_program(folder=program.folder)
    assert callers_of(again).user("ann").get(f"/calendars/{made.json()['id']}").status_code == 200
    # The log is written by a thread of its own.
    wait_until(lambda: "the database was checked" in again.said(), 10, "the check in the log")


def test_metrics_are_on_the_api_port_on_loopback_or_when_asked_for(start_program):
    def status(program):
        return httpx.get(f"{program.base_url}/metrics", trust_env=False).status_code

    assert status(start_program()) == 200
    assert status(start_program(METRICS_ON_API="off")) == 404
    assert status(start_program(HOST="0.0.0.0")) == 404
    assert status(start_program(HOST="0.0.0.0", METRICS_ON_API="on")) == 200


def test_page_and_its_files_are_served_for_browsers(program):
    with httpx.Client(base_url=program.base_url, trust_env=False) as browser:
        page = browser.get("/")
        if page.status_code == 404:
            pytest.skip("the program was built without the page")
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert browser.get("/", headers={"If-None-Match": page.headers["etag"]}).status_code == 304
        names = [word.strip('"').removeprefix("./") for part in page.text.split("=") for word in part.split()
                 if word.strip('"').startswith("./assets/")]
        names = [name.split('"')[0] for name in names]
        assert len(names) >= 3
        for name in names:
            file = browser.get(f"/{name}", headers={"Accept-Encoding": "br"})
            assert file.status_code == 200, name
            assert "immutable" in file.headers["cache-control"]
            kind = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}[name.rsplit(".", 1)[1]]
            assert file.headers["content-type"].startswith(kind), name
