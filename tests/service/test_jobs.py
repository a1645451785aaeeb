"""Commands and jobs of the running program: killed and started again, poisoned, repeated, in order."""

import concurrent.futures
import contextlib
import datetime
import json
import re
import secrets
import sqlite3
import subprocess
import threading
import time
import uuid

import httpx
import pytest

from program import wait_until
from trace_sink import TraceSink

LIMIT = 100  # seconds: a lease of a process that died ends after 30
QUICK_LIMIT = 20
USERS = 6
COMMANDS = 25  # of each of them


def database_of(program):
    """The data of a program, beside it."""
    connection = sqlite3.connect(next(program.data.glob("*.db")), timeout=30, isolation_level=None)
    connection.row_factory = sqlite3.Row
    return connection


def user_id(database, subject):
    return database.execute("SELECT id FROM users WHERE subject = ?", (subject,)).fetchone()["id"]


def micros(ahead=0.0):
    return int((time.time() + ahead) * 1e6)


def put_command_job(database, user, task_id, *, holder="", ready=0.0):
    """A job of a command, as another copy of the program would have put (and perhaps claimed) it.
    Answers its id."""
    job = uuid.uuid4()
    key = f"{uuid.UUID(bytes=user)}/{task_id}"
    database.execute(
        "INSERT INTO jobs (id, kind, key, user_id, state, priority, due, ready, attempts, fence, holder, payload,"
        " last_error, created, request_id, trace_parent) VALUES (?,?,?,?,0,0,?,?,0,0,?,?,'',?,'req-poison','')",
        (job.bytes, "command", key, user, micros(), micros(ready), holder, json.dumps({"taskId": task_id}), micros()))
    return str(job)


def put_command(database, user, task_id):
    """What the job of a command needs to run."""
    database.execute(
        "INSERT INTO commands (user_id, task_id, task_type, payload, priority, status, result, error_code, error,"
        " attempts, request_id, created) VALUES (?,?,'SEND_REMINDERS','{}',0,0,'','','',0,'',?)",
        (user, task_id, micros()))


def command(task_id, **more):
    return {"taskId": task_id, "taskType": "SEND_REMINDERS", **more}


def status_of(client, task_id):
    answer = client.get(f"/commands/{task_id}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def succeeded(client, task_id, limit=QUICK_LIMIT):
    """The command once it has succeeded."""
    def look():
        found = status_of(client, task_id)
        assert found["status"] != "failed", found
        return found["status"] == "succeeded" and found
    return wait_until(look, limit, f"the end of {task_id}")


def sample(program, name):
    """A sample of the metrics, None where there is none."""
    text = httpx.get(f"{program.ops_url}/metrics", trust_env=False).text
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    return found and float(found.group(1))


def command_line(program, *arguments):
    return subprocess.run([program.binary, "jobs", *arguments], env=program.settings(), cwd=program.folder,
                          capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def subject():
    return f"jobs-{uuid.uuid4()}"


@pytest.fixture
def caller(callers, subject):
    client = callers.user(subject)
    client.get("/calendars").raise_for_status()
    return client


def begin_soon(minutes, seconds, summary):
    """An event whose reminder is due in so many seconds."""
    start = datetime.datetime.now(datetime.UTC).replace(microsecond=0) + datetime.timedelta(
        minutes=minutes, seconds=seconds)
    return {
        "summary": summary,
        "start": {"dateTime": start.isoformat().replace("+00:00", "Z")},
        "end": {"dateTime": (start + datetime.timedelta(minutes=30)).isoformat().replace("+00:00", "Z")},
        "reminders": {"useDefault": False, "overrides": [{"method": "popup", "minutes": minutes}]},
    }


class Sender:
    """One person whose program sends commands until the server is gone."""

    def __init__(self, subject, token):
        self.subject, self.token = subject, token
        self.task_ids = [f"{subject}-{number}" for number in range(COMMANDS)]
        self.events = 0

    def client(self, program):
        return httpx.Client(base_url=program.base_url, headers={"Authorization": f"Bearer {self.token}"},
                            timeout=30, trust_env=False)

    def make_events(self, program):
        with self.client(program) as client:
            for number in range(3):
                made = client.post("/events", json=begin_soon(20 + number, 2 + number, f"Event {number}"))
                assert made.status_code == 201, made.text
                self.events += 1

    def send(self, program, accepted):
        with self.client(program) as client:
            for number, task_id in enumerate(self.task_ids):
                try:
                    answer = client.post("/commands", json=command(task_id, priority=number % 10))
                except (httpx.TransportError, httpx.ProtocolError):
                    return
                assert answer.status_code == 202, answer.text
                accepted(task_id)


class Tally:
    """Counts what was accepted, and tells when it is enough."""

    def __init__(self, enough):
        self.accepted = set()
        self.enough = threading.Event()
        self._wanted = enough
        self._lock = threading.Lock()

    def add(self, task_id):
        with self._lock:
            self.accepted.add(task_id)
            if len(self.accepted) >= self._wanted:
                self.enough.set()


def check_order(records):
    """Commands of one person ran one after the other."""
    spans = sorted((record["started"], record["finished"]) for record in records)
    for (_, finished), (started, _) in zip(spans, spans[1:]):
        assert finished <= started, spans


def test_commands_survive_kills_at_any_moment_and_take_effect_once(start_program, make_token, full, rng):
    folder = None
    for _ in range(10 if full else 1):
        program = start_program(folder=folder)
        folder = program.folder
        senders = [Sender(f"killed-{uuid.uuid4()}", None) for _ in range(USERS)]
        for sender in senders:
            sender.token = make_token(sender.subject)
            sender.make_events(program)
        accepted = set()
        # The same commands again after every kill, by which time some run, some wait, some have ended.
        for _ in range(3):
            tally = Tally(rng.randrange(1, USERS * COMMANDS))
            with concurrent.futures.ThreadPoolExecutor(USERS) as pool:
                sending = [pool.submit(sender.send, program, tally.add) for sender in senders]
                assert tally.enough.wait(60), "too few were accepted"
                program.kill()
                for one in sending:
                    one.result()
            accepted |= tally.accepted
            program = start_program(folder=folder)
            # What was accepted is known at once.
            database = database_of(program)
            known = {row["task_id"] for row in database.execute("SELECT task_id FROM commands")}
            database.close()
            assert accepted <= known
        for sender in senders:
            sender.send(program, accepted.add)
        for sender in senders:
            with sender.client(program) as client:
                records = [succeeded(client, task_id, LIMIT) for task_id in sender.task_ids]
            assert all(record["attempts"] >= 1 and record["result"] for record in records)
            check_order(records)
        database = database_of(program)
        assert database.execute("SELECT count(*) FROM jobs WHERE kind = 'command'").fetchone()[0] == 0
        for sender in senders:
            told = database.execute(
                "SELECT resource_id, count(*) AS times FROM changes WHERE user_id = ? AND type = 'reminder.sent'"
                " GROUP BY resource_id", (user_id(database, sender.subject),)).fetchall()
            assert len(told) == sender.events
            assert all(row["times"] == 1 for row in told), [tuple(row) for row in told]
        database.close()
        program.stop()


def test_a_command_sent_many_times_at_once_runs_once(program, caller):
    done = 'scheduling_jobs_executed_total{kind="command",outcome="succeeded"}'
    before = sample(program, done)
    task = command(f"again-{uuid.uuid4()}", payload={})
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: caller.post("/commands", json=task), range(64)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["created"] for answer in answers}) == 1
    assert succeeded(caller, task["taskId"])["attempts"] == 1
    assert caller.post("/commands", json=task).json()["status"] == "succeeded"
    other = caller.post("/commands", json={**task, "priority": 1})
    assert other.status_code == 409, other.text
    wait_until(lambda: sample(program, done) >= before + 1, QUICK_LIMIT, "the count of jobs")
    assert sample(program, done) == before + 1


def test_a_taskid_is_its_users_own(caller, callers):
    other = callers.user(f"jobs-{uuid.uuid4()}")
    task = command(f"same-{uuid.uuid4()}")
    assert other.get(f"/commands/{task['taskId']}").status_code == 404
    for client in (caller, other):
        assert client.post("/commands", json=task).status_code == 202
        succeeded(client, task["taskId"])


def test_commands_of_a_person_run_by_priority_and_wait_for_what_runs(program, caller, subject):
    with contextlib.closing(database_of(program)) as database:
        user = user_id(database, subject)
        first = f"held-{uuid.uuid4()}"
        # Another copy holds one of them, and falls silent.
        put_command(database, user, first)
        put_command_job(database, user, first, holder="another copy", ready=4)
    priorities = [7, 0, 9, 5, 0, 2]
    sent = [f"ordered-{priority}-{uuid.uuid4()}" for priority in priorities]
    for task_id, priority in zip(sent, priorities):
        answer = caller.post("/commands", json=command(task_id, priority=priority))
        assert answer.json()["status"] == "queued"
    records = [succeeded(caller, task_id) for task_id in sent]
    records.append(succeeded(caller, first))
    check_order(records)
    by_start = [record["taskId"] for record in sorted(records, key=lambda record: record["started"])]
    wanted = [task_id for _, task_id in sorted(zip(priorities, sent), key=lambda pair: pair[0])]
    assert by_start[0] == first
    assert by_start[1:] == wanted


class Poison:
    """Commands whose jobs fail for good, since they lead nowhere."""

    def __init__(self, program, subject):
        self.program = program
        self.database = database_of(program)
        self.user = user_id(self.database, subject)

    def put(self, task_id):
        job = put_command_job(self.database, self.user, task_id)
        wait_until(lambda: self.state(job) == 1, QUICK_LIMIT, "the death of the job")
        return job

    def state(self, job):
        row = self.database.execute("SELECT state FROM jobs WHERE id = ?", (uuid.UUID(job).bytes,)).fetchone()
        return row and row["state"]

    def cure(self, task_id):
        put_command(self.database, self.user, task_id)


@pytest.fixture
def poison(program, caller, subject):
    made = Poison(program, subject)
    yield made
    for row in made.database.execute("SELECT id FROM jobs WHERE state = 1").fetchall():
        command_line(program, "drop", str(uuid.UUID(bytes=row["id"])))
    made.database.close()


def test_a_poison_job_is_named_everywhere(program, callers, poison):
    task_id = f"poison-{uuid.uuid4()}"
    job = poison.put(task_id)

    debug = callers.operations().get("/debug/jobs").json()
    [named] = [one for one in debug["newestDead"] if one["id"] == job]
    assert named["kind"] == "command"
    assert named["key"].endswith(task_id)
    assert named["error"] == "the command is gone"
    assert named["attempts"] == 1
    [counted] = [one for one in debug["items"] if one["kind"] == "command"]
    assert counted["dead"] >= 1

    operator = callers.user("the-operator", role="operator")
    listed = operator.get("/ops/api/jobs/dead").json()["items"]
    assert job in [one["id"] for one in listed]

    wait_until(lambda: job in program.said(), QUICK_LIMIT, "the job in the log")
    [line] = [json.loads(line) for line in program.said().splitlines() if job in line and "job_dead" in line]
    assert line["level"] == "ERROR"
    assert line["operation"] == "command"
    assert line["requestId"] == "req-poison"
    assert sample(program, 'scheduling_jobs_executed_total{kind="command",outcome="dead"}') >= 1
    wait_until(lambda: sample(program, 'scheduling_jobs_dead{kind="command"}') >= 1, QUICK_LIMIT, "the gauge")

    [row] = [row for row in command_line(program, "dead").stdout.splitlines() if job in row]
    assert "  command  1 attempt  " in row and "the command is gone" in row
    [shown] = [json.loads(row) for row in command_line(program, "dead", "--json").stdout.splitlines() if job in row]
    assert shown == named


def test_dead_jobs_run_again_by_the_command_line(program, caller, poison):
    task_ids = [f"cured-{number}-{uuid.uuid4()}" for number in range(3)]
    jobs = [poison.put(task_id) for task_id in task_ids]
    done = command_line(program, "retry", jobs[0], jobs[0])
    assert done.returncode == 1, done  # the second time it is not dead
    assert done.stdout == "1 job will run again\n"
    assert f"{jobs[0]}: there is no dead job with this id" in done.stderr
    # Nothing has been cured, so that it dies again.
    wait_until(lambda: poison.state(jobs[0]) == 1, QUICK_LIMIT, "its second death")

    for task_id in task_ids:
        poison.cure(task_id)
    assert command_line(program, "retry", "--kind", "unheard-of").stdout == "0 jobs will run again\n"
    done = command_line(program, "retry", "--kind", "command")
    assert done.returncode == 0, done
    assert int(done.stdout.split()[0]) >= 3
    for task_id in task_ids:
        assert succeeded(caller, task_id)["attempts"] == 1
    assert all(poison.state(job) is None for job in jobs)


def test_dead_jobs_are_dropped_by_the_command_line(program, poison):
    one, *rest = [poison.put(f"dropped-{number}-{uuid.uuid4()}") for number in range(3)]
    done = command_line(program, "drop", one)
    assert (done.returncode, done.stdout) == (0, "1 job dropped\n")
    assert poison.state(one) is None
    assert all(poison.state(job) == 1 for job in rest)
    limited = command_line(program, "dead", "--kind", "command", "--limit", "1")
    assert limited.stdout.count("\n") == 1
    assert "--limit" in limited.stderr
    assert command_line(program, "drop", "--kind", "command").returncode == 0
    assert all(poison.state(job) is None for job in rest)
    none = command_line(program, "dead", "--kind", "command")
    assert (none.returncode, none.stdout) == (0, "")
    assert "no dead jobs of kind command" in none.stderr


def test_dead_jobs_are_looked_after_by_http(callers, caller, poison):
    operator = callers.user("the-operator", role="operator")
    task_id = f"by-http-{uuid.uuid4()}"
    job = poison.put(task_id)
    assert caller.get("/ops/api/jobs/dead").status_code == 404
    poison.cure(task_id)
    assert operator.post(f"/ops/api/jobs/dead/{job}/retry").status_code == 204
    succeeded(caller, task_id)
    assert operator.post(f"/ops/api/jobs/dead/{job}/retry").status_code == 404
    dropped = poison.put(f"by-http-{uuid.uuid4()}")
    assert operator.delete(f"/ops/api/jobs/dead/{dropped}").status_code == 204
    assert poison.state(dropped) is None
    assert operator.delete(f"/ops/api/jobs/dead/{dropped}").status_code == 404


def test_a_kind_of_a_later_version_waits_and_is_warned_of(program, caller, subject):
    with contextlib.closing(database_of(program)) as database:
        job = put_command_job(database, user_id(database, subject), f"later-{uuid.uuid4()}")
        key = uuid.UUID(job).bytes
        database.execute("UPDATE jobs SET kind = 'plan.later' WHERE id = ?", (key,))
        overdue = 'scheduling_jobs_oldest_overdue_age_seconds{kind="plan.later"}'
        wait_until(lambda: (sample(program, overdue) or 0) > 0, QUICK_LIMIT, "the overdue job in the metrics")
        assert "does not know how to do" in program.said()
        row = database.execute("SELECT state, attempts FROM jobs WHERE id = ?", (key,)).fetchone()
        assert tuple(row) == (0, 0)
        database.execute("DELETE FROM jobs WHERE id = ?", (key,))


def test_a_run_belongs_to_the_trace_of_its_request(start_program, callers_of):
    pytest.importorskip("opentelemetry.proto.collector.trace.v1.trace_service_pb2",
                        reason="the package opentelemetry-proto is not installed (./dev setup test)")
    sink = TraceSink()
    program = start_program(OTEL_EXPORTER_OTLP_ENDPOINT=sink.url, OTEL_BSP_SCHEDULE_DELAY="50")
    try:
        ann = callers_of(program).user("ann")
        trace_id = secrets.token_hex(16)
        answer = ann.post("/commands", json=command("traced"),
                          headers={"traceparent": f"00-{trace_id}-{secrets.token_hex(8)}-01"})
        assert answer.status_code == 202
        server_span = answer.headers["traceparent"].split("-")[2]
        run = sink.wait_for(lambda span: span.name == "job" and span.trace_id == trace_id)
        assert run.kind == "consumer"
        assert run.parent_id == server_span
        assert not run.failed
        assert run.attributes["job.kind"] == "command"
        assert run.attributes["job.outcome"] == "succeeded"
        assert run.attributes["job.attempt"] == 1
        written = sink.wait_for(lambda span: span.trace_id == trace_id and span.parent_id == run.span_id)
        assert written.attributes["db.system.name"] == "sqlite"
    finally:
        program.stop()
        sink.close()
