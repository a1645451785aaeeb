"""Webhooks of the running program, taken by a real receiver and checked by others' code."""

import json
import pathlib
import re
import secrets
import subprocess
import threading
import uuid

import pytest

from event_contract import EVENTS
from loopback_receiver import LoopbackReceiver
from program import free_port, wait_until
from trace_sink import TraceSink

GUIDE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "guide" / "webhooks.md"
ALLOWED = {"WEBHOOK_ALLOW_PRIVATE": "127.0.0.0/8", "WEBHOOK_ALLOW_HTTP": "true"}
LIMIT = 30  # seconds; the first retry is after about 5


class Hook(LoopbackReceiver):
    """Keeps what is posted and answers with the statuses in `answers`, then with 204. `hold`: no
    answer before it is set."""

    def __init__(self, *answers, port=0, hold=None, headers=None):
        self.answers, self.hold, self.answer_headers = list(answers), hold, headers or {}
        self.messages = []
        self._lock = threading.Lock()
        super().__init__(port)

    def receive(self, path, headers, body):
        with self._lock:
            self.messages.append((path, {name.lower(): value for name, value in headers.items()}, body))
            status = self.answers.pop(0) if self.answers else 204
        if self.hold:
            self.hold.wait(60)
        return status, self.answer_headers, b"" if status == 204 else b"what the receiver says"

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/hook?token=planted-in-the-address"

    def wait_for(self, count, limit=LIMIT):
        wait_until(lambda: len(self.messages) >= count, limit, f"{count} messages, not {len(self.messages)}")
        return self.messages[count - 1]

    def of_type(self, kind):
        return [message for message in self.messages if json.loads(message[2])["type"] == kind]


@pytest.fixture
def hook():
    """hook(200, 500, ...) is a receiver that is closed with the test."""
    opened = []

    def make(*answers, **options):
        opened.append(Hook(*answers, **options))
        return opened[-1]

    yield make
    for receiver in opened:
        if receiver.hold:
            receiver.hold.set()
        receiver.close()


@pytest.fixture(scope="module")
def allowing(start_program):
    """A copy that may call the receivers of these tests."""
    running = start_program(**ALLOWED)
    yield running
    running.stop()


@pytest.fixture
def caller(allowing, callers_of):
    """A person of this test alone."""
    return callers_of(allowing).user(f"hooks-{uuid.uuid4()}")


def register(caller, url, events=("calendar.event.*",), status=201):
    answer = caller.post("/webhooks", json={"url": url, "events": list(events)})
    assert answer.status_code == status, answer.text
    return answer.json()


def make_event(caller, **headers):
    answer = caller.post("/events", headers=headers, json={
        "summary": "A secret meeting", "start": {"dateTime": "2026-03-01T09:00:00Z"},
        "end": {"dateTime": "2026-03-01T10:00:00Z"}})
    assert answer.status_code == 201, answer.text
    return answer.json()


def deliveries(caller, webhook, **query):
    answer = caller.get(f"/webhooks/{webhook['id']}/deliveries", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def wait_for_delivery(caller, webhook, wanted, limit=LIMIT):
    """The first delivery for which `wanted` holds."""
    return wait_until(lambda: next(filter(wanted, deliveries(caller, webhook)), None), limit, "delivery")


def verify(secret, message):
    """As a user of the specification's own library does; raises when the signature is wrong."""
    library = pytest.importorskip("standardwebhooks", reason="the standardwebhooks package is not installed")
    return library.Webhook(secret).verify(message[2], message[1])


def test_event_arrives_signed(caller, hook):
    receiver = hook()
    webhook = register(caller, receiver.url)
    event = make_event(caller, **{"X-Request-ID": "from-the-test"})
    path, headers, body = receiver.wait_for(1)
    assert path.startswith("/hook")
    assert headers["content-type"].startswith("application/cloudevents+json")
    assert headers["x-request-id"] == "from-the-test"
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}", headers["traceparent"])
    assert headers["user-agent"].startswith("scheduling-worker/")
    envelope = json.loads(body)
    assert (envelope["specversion"], envelope["type"]) == ("1.0", "calendar.event.created")
    assert envelope["subject"] == envelope["data"]["id"] == event["id"]
    verify(webhook["secret"], (path, headers, body))
    delivery = wait_for_delivery(caller, webhook, lambda one: one["status"] == "delivered")
    assert delivery["id"] == headers["webhook-id"]
    assert (delivery["eventId"], delivery["attempts"], delivery["lastStatus"]) == (envelope["id"], 1, 204)


def test_every_event_is_as_asyncapi_says(caller, hook):
    """One life of each domain, as a receiver of everything is told it."""
    receiver = hook()
    webhook = register(caller, receiver.url, events=["*"])
    assert caller.post(f"/webhooks/{webhook['id']}/ping").status_code == 202

    def made(path, body, status=201):
        answer = caller.post(path, json=body)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else {}

    def changed(path, body):
        answer = caller.patch(path, json=body)
        assert answer.status_code == 200, answer.text

    calendar = made("/calendars", {"name": "Garden"})["id"]
    changed(f"/calendars/{calendar}", {"name": "Orchard"})
    event = made("/events", {
        "calendarId": calendar, "summary": "Sow", "recurrence": ["RRULE:FREQ=DAILY;COUNT=3"],
        "start": {"dateTime": "2026-03-01T09:00:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-03-01T10:00:00", "timeZone": "Europe/Berlin"}})["id"]
    changed(f"/events/{event}", {"summary": "Plant"})
    [first, *_] = caller.get("/events", params={"start": "2026-03-01T00:00:00Z",
                                                "end": "2026-03-05T00:00:00Z"}).json()["items"]
    changed(f"/events/{first['id']}", {"location": "Field"})
    goal = made("/goals", {"title": "Read", "milestones": [{"title": "One book"}]})
    changed(f"/goals/{goal['id']}", {"title": "Read more"})
    habit = made("/habits", {"name": "Walk", "frequency": {"type": "daily"}})["id"]
    made(f"/habits/{habit}/complete", {}, status=200)
    task = made("/tasks", {"title": "Water"})["id"]
    changed(f"/tasks/{task}", {"title": "Water all"})
    for path in (f"/tasks/{task}", f"/habits/{habit}", f"/goals/{goal['id']}", f"/events/{event}",
                 f"/calendars/{calendar}"):
        assert caller.delete(path).status_code == 204, path
    expected = {
        "webhook.ping", "calendar.created", "calendar.updated", "calendar.deleted",
        "calendar.event.created", "calendar.event.updated", "calendar.event.deleted",
        "goal.created", "goal.updated", "goal.deleted", "habit.created", "habit.completed",
        "habit.deleted", "task.created", "task.updated", "task.deleted"}
    assert expected <= EVENTS.types()

    def told():
        return {json.loads(body)["type"] for _, _, body in list(receiver.messages)}

    wait_until(lambda: expected <= told(), LIMIT, "an event of each of these types")
    for _, _, body in receiver.messages:
        EVENTS.check_envelope(json.loads(body))
    for change in caller.get("/changes").json()["items"]:
        EVENTS.check_change(change)


def test_attempt_is_a_client_span_in_the_trace_of_the_request(start_program, callers_of, hook):
    pytest.importorskip("opentelemetry.proto.collector.trace.v1.trace_service_pb2",
                        reason="the package opentelemetry-proto is not installed (./dev setup test)")
    sink, receiver = TraceSink(), hook(500)
    program = start_program(OTEL_EXPORTER_OTLP_ENDPOINT=sink.url, OTEL_BSP_SCHEDULE_DELAY="50", **ALLOWED)
    caller = callers_of(program).user("ann")
    register(caller, receiver.url)
    trace_id = secrets.token_hex(16)
    make_event(caller, traceparent=f"00-{trace_id}-{secrets.token_hex(8)}-01")
    headers = receiver.wait_for(1)[1]
    span = sink.wait_for(lambda span: span.name == "deliver_webhook" and span.trace_id == trace_id)
    assert headers["traceparent"] == f"00-{trace_id}-{span.span_id}-01"
    assert span.kind == "client" and span.failed
    assert span.attributes["http.response.status_code"] == 500
    assert span.attributes["server.address"] == "127.0.0.1"
    assert "planted" not in str(span.attributes)
    receiver.wait_for(2)
    program.stop()
    sink.close()


def test_examples_of_the_guide_tell_genuine_messages(caller, hook, tmp_path):
    receiver = hook()
    webhook = register(caller, receiver.url)
    make_event(caller)
    _, headers, body = receiver.wait_for(1)
    text = GUIDE.read_text()

    found = {}
    exec(re.search(r"```python\n(.*?)```", text, re.DOTALL).group(1), found)  # noqa: S102
    is_genuine = found["is_genuine"]
    assert is_genuine(webhook["secret"], headers, body)
    assert not is_genuine(webhook["secret"], headers, body + b" ")
    assert not is_genuine("whsec_" + "A" * 32, headers, body)
    assert not is_genuine(webhook["secret"], {**headers, "webhook-timestamp": "1000"}, body)

    (tmp_path / "guide.mjs").write_text(re.search(r"```javascript\n(.*?)```", text, re.DOTALL).group(1))
    (tmp_path / "message.json").write_text(json.dumps(
        {"secret": webhook["secret"], "headers": headers, "body": body.decode()}))
    (tmp_path / "check.mjs").write_text("""
import { readFileSync } from 'node:fs';
import { isGenuine } from './guide.mjs';
const { secret, headers, body } = JSON.parse(readFileSync('message.json', 'utf8'));
const old = { ...headers, 'webhook-timestamp': '1000' };
console.log(JSON.stringify([isGenuine(secret, headers, Buffer.from(body)),
  isGenuine(secret, headers, Buffer.from(body + ' ')),
  isGenuine('whsec_' + 'A'.repeat(32), headers, Buffer.from(body)),
  isGenuine(secret, old, Buffer.from(body))]));
""")
    done = subprocess.run(["node", "check.mjs"], cwd=tmp_path, capture_output=True, text=True, check=True,
                          timeout=60)
    assert json.loads(done.stdout) == [True, False, False, False]


def test_only_what_was_asked_for_arrives(caller, hook):
    receiver = hook()
    webhook = register(caller, receiver.url, events=["calendar.event.deleted"])
    event = make_event(caller)
    assert caller.delete(f"/events/{event['id']}").status_code == 204
    receiver.wait_for(1)
    assert [one["eventType"] for one in deliveries(caller, webhook)] == ["calendar.event.deleted"]
    assert json.loads(receiver.messages[0][2])["data"]["id"] == event["id"]


def test_delivery_waits_for_a_receiver_that_is_away(caller, hook):
    port = free_port()
    webhook = register(caller, f"http://127.0.0.1:{port}/hook")
    make_event(caller)
    failed = wait_for_delivery(caller, webhook, lambda one: one["attempts"] == 1)
    assert failed["status"] == "pending" and failed["nextAttempt"] > failed["lastAttempt"]
    receiver = hook(port=port)
    _, headers, _ = receiver.wait_for(1)
    assert headers["webhook-id"] == failed["id"]
    done = wait_for_delivery(caller, webhook, lambda one: one["status"] == "delivered")
    assert done["attempts"] == 2 and "error" in done["history"][0] and "error" not in done["history"][1]


def test_refusals_are_seen_in_the_list_of_deliveries(caller, hook):
    receiver = hook(500)
    webhook = register(caller, receiver.url)
    make_event(caller)
    done = wait_for_delivery(caller, webhook, lambda one: one["status"] == "delivered")
    assert [attempt["status"] for attempt in done["history"]] == [500, 204]
    assert len({headers["webhook-id"] for _, headers, _ in receiver.messages}) == 1
    assert len({body for _, _, body in receiver.messages}) == 1
    for message in receiver.messages:
        verify(webhook["secret"], message)


def test_ping_arrives_and_can_be_sent_again(caller, hook):
    receiver = hook()
    webhook = register(caller, receiver.url)
    sent = caller.post(f"/webhooks/{webhook['id']}/ping")
    assert sent.status_code == 202
    message = receiver.wait_for(1)
    assert json.loads(message[2])["type"] == "webhook.ping"
    verify(webhook["secret"], message)
    wait_for_delivery(caller, webhook, lambda one: one["status"] == "delivered")
    again = caller.post(f"/webhooks/{webhook['id']}/redeliver", json={"deliveryId": sent.json()["id"]})
    assert again.json() == {"redelivered": 1, "more": False}
    repeated = receiver.wait_for(2)
    assert repeated[1]["webhook-id"] == message[1]["webhook-id"] == sent.json()["id"]
    assert repeated[2] == message[2]


def test_both_secrets_hold_after_a_rotation(caller, hook):
    receiver = hook()
    webhook = register(caller, receiver.url)
    rotated = caller.post(f"/webhooks/{webhook['id']}/rotate-secret", json={}).json()
    assert rotated["secret"] != webhook["secret"] and rotated["oldSecretValidUntil"]
    make_event(caller)
    message = receiver.wait_for(1)
    assert len(message[1]["webhook-signature"].split()) == 2
    verify(webhook["secret"], message)
    verify(rotated["secret"], message)


def test_gone_receiver_switches_the_webhook_off(caller, hook):
    receiver = hook(410)
    webhook = register(caller, receiver.url)
    make_event(caller)
    state = wait_until(lambda: (now := caller.get(f"/webhooks/{webhook['id']}").json()) and
                       not now["active"] and now, LIMIT, "switched off")
    assert state["disabled"]["reason"] == "gone"
    make_event(caller)
    parked = wait_for_delivery(caller, webhook, lambda one: one["status"] == "parked")
    assert parked["lastStatus"] == 410
    assert caller.post(f"/webhooks/{webhook['id']}/redeliver", json={"status": "parked"}).status_code == 409
    assert caller.patch(f"/webhooks/{webhook['id']}", json={"active": True}).json().get("disabled") is None
    answer = caller.post(f"/webhooks/{webhook['id']}/redeliver", json={"status": "parked"})
    assert answer.json()["redelivered"] == 1
    receiver.wait_for(2)


def test_redirect_is_not_followed(caller, hook):
    target = hook()
    receiver = hook(302, headers={"Location": target.url})
    webhook = register(caller, receiver.url)
    make_event(caller)
    failed = wait_for_delivery(caller, webhook, lambda one: one["attempts"] >= 1)
    assert failed["history"][0]["status"] == 302
    wait_for_delivery(caller, webhook, lambda one: one["status"] == "delivered")
    assert target.messages == []


def test_slow_receiver_holds_up_nobody(caller, hook):
    slow = hook(hold=threading.Event())
    quick = hook()
    register(caller, slow.url)
    register(caller, quick.url)
    for _ in range(20):
        make_event(caller)
    quick.wait_for(20)
    assert len(slow.messages) <= 4
    slow.hold.set()


def test_special_addresses_are_refused(callers):
    caller = callers.user("inward")
    for url in ("https://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://[::ffff:127.0.0.1]/",
                "https://169.254.169.254/latest/meta-data/", "https://10.0.0.1/", "https://2130706433/",
                "https://0x7f.1/", "https://0177.0.0.1/", "https://user@93.184.216.34/",
                "https://93.184.216.34:22/", "http://93.184.216.34/", "https://[fe80::1%25lo]/"):
        answer = caller.post("/webhooks", json={"url": url, "events": ["*"]})
        assert answer.status_code == 422, url
        assert [one["field"] for one in answer.json()["error"]["details"]] == ["url"], url
    assert caller.get("/webhooks").json()["items"] == []


def test_special_address_is_refused_at_the_connection(start_program, callers_of, hook):
    receiver = hook()
    program = start_program(**ALLOWED)
    webhook = register(callers_of(program).user("ann"), receiver.url)
    program.stop()
    # The same data under a configuration that allows no such target.
    program = start_program(folder=program.folder, WEBHOOK_ALLOW_HTTP="true")
    caller = callers_of(program).user("ann")
    make_event(caller)
    failed = wait_for_delivery(caller, webhook, lambda one: one["attempts"] >= 1)
    assert "may not be called" in failed["lastError"]
    assert receiver.messages == []
    program.stop()


def test_delivery_survives_a_kill(start_program, callers_of, hook):
    receiver = hook(hold=threading.Event())
    program = start_program(**ALLOWED)
    caller = callers_of(program).user("ann")
    webhook = register(caller, receiver.url)
    make_event(caller)
    receiver.wait_for(1)
    program.kill()  # in the midst of the attempt
    receiver.hold.set()
    program = start_program(folder=program.folder, **ALLOWED)
    caller = callers_of(program).user("ann")
    done = wait_for_delivery(caller, webhook, lambda one: one["status"] == "delivered", limit=90)
    assert {headers["webhook-id"] for _, headers, _ in receiver.messages} == {done["id"]}
    assert len(receiver.messages) == 2
    program.stop()


def test_postgres_delivers_as_well(start_program, callers_of, hook, postgres):
    receiver = hook(503)
    program = start_program(DATABASE_URL=postgres.new_database(), **ALLOWED)
    caller = callers_of(program).user("ann")
    webhook = register(caller, receiver.url)
    make_event(caller)
    done = wait_for_delivery(caller, webhook, lambda one: one["status"] == "delivered")
    assert [attempt["status"] for attempt in done["history"]] == [503, 204]
    program.stop()


def test_no_secret_is_told(start_program, callers_of, hook):
    receiver = hook(500, 410)
    program = start_program(LOG_LEVEL="debug", **ALLOWED)
    callers = callers_of(program)
    caller = callers.user("ann")
    webhook = register(caller, receiver.url)
    rotated = caller.post(f"/webhooks/{webhook['id']}/rotate-secret", json={}).json()
    make_event(caller)
    wait_for_delivery(caller, webhook, lambda one: one["status"] == "parked")
    operations = callers.operations()
    told = operations.get("/metrics").text + operations.get("/debug/requests").text
    assert 'scheduling_webhook_deliveries_total{status="dead"} 1' in told
    told += caller.get("/webhooks").text + caller.get(f"/webhooks/{webhook['id']}/deliveries").text.replace(
        webhook["url"], "")
    program.stop()
    log = program.said()
    assert f"http://127.0.0.1:{receiver.port}" in log
    assert "planted-in-the-address" not in log
    for secret in (webhook["secret"], rotated["secret"]):
        assert secret not in log + told and secret.removeprefix("whsec_")[:16] not in log + told
    data = b"".join(path.read_bytes() for path in program.data.glob("*.db*"))
    assert webhook["id"].replace("-", "") in data.hex()
    for secret in (webhook["secret"], rotated["secret"]):
        assert secret.encode() not in data
