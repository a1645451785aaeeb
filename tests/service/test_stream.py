"""Changes as server-sent events: at once, resumed without a gap, bounded, and past a kill."""

import json
import queue
import re
import threading
import time
import uuid

import httpx
import pytest
import yaml

from event_contract import API, EVENTS

PATIENCE = 20  # seconds


class Stream:
    """One client of /stream, which reads on a thread of its own."""

    def __init__(self, client, last=None, **params):
        headers = {"Last-Event-ID": last} if last else {}
        # A client of its own: those of the fixtures read every answer to its end.
        self._client = httpx.Client(base_url=client.base_url, headers=client.headers,
                                    timeout=httpx.Timeout(10, read=None), trust_env=False)
        self._context = self._client.stream("GET", "/stream", headers=headers, params=params)
        self.answer = self._context.__enter__()
        self.events = queue.Queue()
        self.comments = 0
        self.last = None
        self.retry = None
        self.ended = threading.Event()
        self.broken = None  # what went wrong while it was read
        self.ready = threading.Event()  # the first id is known
        if self.answer.status_code == 200:
            self._thread = threading.Thread(target=self._read, daemon=True)
            self._thread.start()
            assert self.ready.wait(PATIENCE)

    def _read(self):
        event, rest = {}, ""
        try:
            for text in self.answer.iter_text():
                *lines, rest = (rest + text).split("\n")
                for line in lines:
                    self._take(line, event)
        except httpx.HTTPError as error:
            self.broken = error
        except (OSError, RuntimeError) as error:
            self.broken = error  # closed under it
        except AssertionError as error:
            self.broken = error
            self.events.put(error)
        self.ended.set()

    def _take(self, line, event):
        if not line:
            if "id" in event:
                self.last = event["id"]
                self.ready.set()
            if "data" in event:
                change = json.loads(event["data"])
                EVENTS.check_change(change)
                assert change["type"] == event["event"]
                self.events.put((event["id"], change))
            event.clear()
        elif line.startswith(":"):
            self.comments += 1
        else:
            name, _, value = line.partition(": ")
            event[name] = value
            if name == "retry":
                self.retry = int(value)

    def next(self):
        event = self.events.get(timeout=PATIENCE)
        if isinstance(event, AssertionError):
            raise event
        return event

    def close(self):
        self._context.__exit__(None, None, None)
        self._client.close()


@pytest.fixture
def client(callers):
    return callers.user(f"stream-{uuid.uuid4()}")


@pytest.fixture
def open_stream():
    opened = []

    def make(client, last=None, **params):
        made = Stream(client, last, **params)
        opened.append(made)
        return made

    yield make
    for one in opened:
        one.close()


def make_event(client, summary="Lunch", **more):
    answer = client.post("/events", json={
        "summary": summary,
        "start": {"dateTime": "2026-03-02T12:00:00Z"},
        "end": {"dateTime": "2026-03-02T13:00:00Z"}, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_change_arrives_at_once_as_an_event(client, open_stream):
    stream = open_stream(client)
    assert stream.answer.headers["content-type"] == "text/event-stream"
    assert stream.answer.headers["cache-control"] == "no-store"
    assert "content-encoding" not in stream.answer.headers
    assert stream.retry == 2000
    began = time.monotonic()
    event = make_event(client)
    cursor, change = stream.next()
    took = time.monotonic() - began
    assert change["type"] == "calendar.event.created"
    assert change["resourceId"] == event["id"]
    assert took < 5, took
    assert client.get("/changes", params={"cursor": cursor}).json()["items"] == []


def test_resumed_stream_misses_and_repeats_nothing(client, open_stream):
    first = open_stream(client)
    ids = [make_event(client, f"Event {number}")["id"] for number in range(5)]
    cursor = None
    for wanted in ids[:3]:
        cursor, change = first.next()
        assert change["resourceId"] == wanted
    first.close()
    ids += [make_event(client, f"Event {number}")["id"] for number in range(5, 8)]
    second = open_stream(client, last=cursor)
    assert [second.next()[1]["resourceId"] for _ in range(5)] == ids[3:]
    by_query = open_stream(client, cursor=cursor)
    assert [by_query.next()[1]["resourceId"] for _ in range(5)] == ids[3:]


def test_stream_without_events_still_gives_a_place_to_go_on_from(client, open_stream):
    first = open_stream(client)
    first.close()
    event = make_event(client)
    second = open_stream(client, last=first.last)
    assert second.next()[1]["resourceId"] == event["id"]


def test_change_of_a_shared_calendar_wakes_its_reader(callers, open_stream):
    name = f"reader-{uuid.uuid4()}"
    owner = callers.user(f"owner-{uuid.uuid4()}")
    reader = callers.user(name, email=f"{name}@example.com", email_verified=True)
    reader_id = reader.get("/auth/session")
    stream = open_stream(reader)
    calendar = owner.post("/calendars", json={"name": "Garden"}).json()["id"]
    grant = owner.post(f"/calendars/{calendar}/acl",
                       json={"email": f"{name}@example.com", "role": "reader"})
    assert grant.status_code == 201, (grant.text, reader_id.text)
    assert stream.next()[1]["type"].startswith("calendar.")
    event = make_event(owner, calendarId=calendar)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        change = stream.next()[1]
        if change["resourceId"] == event["id"]:
            return
    pytest.fail("the reader was not told")


def test_cursor_that_is_none_is_refused(client):
    for cursor in ("nonsense", "v1~x"):
        answer = client.get("/stream", headers={"Last-Event-ID": cursor})
        assert answer.status_code == 422, answer.text


def test_one_user_has_a_bounded_number_of_streams(client, open_stream):
    for _ in range(16):
        assert open_stream(client).answer.status_code == 200
    refused = client.get("/stream")
    assert refused.status_code == 429, refused.text
    assert int(refused.headers["retry-after"]) > 0


def test_client_that_goes_is_counted_as_no_failure(program, callers, client, open_stream):
    operations = callers.operations()

    def samples(pattern):
        found = re.findall(pattern, operations.get("/metrics").text, re.M)
        return float(found[0]) if found else 0.0

    opened = r'^scheduling_api_streams_open\{endpoint="/stream"\} (\S+)'
    lived = r'^scheduling_api_stream_lifetime_seconds_count\{endpoint="/stream"\} (\S+)'
    gone = r'^scheduling_api_requests_total\{method="GET",endpoint="/stream",status="499"\} (\S+)'

    def wait_for_none_open():
        deadline = time.monotonic() + PATIENCE
        while samples(opened) > 0 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert samples(opened) == 0

    wait_for_none_open()  # those of earlier tests
    before = samples(lived)
    stream = open_stream(client)
    assert samples(opened) == 1
    stream.close()
    wait_for_none_open()
    assert samples(lived) == before + 1
    assert samples(gone) == 0


def test_draining_ends_streams(start_program, callers_of, open_stream):
    program = start_program()
    stream = open_stream(callers_of(program).user("ann"))
    assert program.stop() == 0
    assert stream.ended.wait(PATIENCE)


def test_stream_ends_with_its_token(callers, open_stream):
    stream = open_stream(callers.user("short-lived", lifetime=3))
    assert stream.answer.status_code == 200
    assert stream.ended.wait(PATIENCE)
    assert not stream.broken


def test_nothing_acknowledged_is_missing_after_a_kill(start_program, callers_of, open_stream, rng):
    first = start_program()
    ann = callers_of(first).user("ann")
    stream = open_stream(ann)
    told, acknowledged = [], []
    enough = threading.Event()

    def write():
        try:
            while True:
                acknowledged.append(make_event(ann, f"Event {len(acknowledged)}")["id"])
                if len(acknowledged) >= 40:
                    enough.set()
        except httpx.HTTPError:
            pass

    writer = threading.Thread(target=write)
    writer.start()
    cursor, change = stream.next()
    told.append(change["resourceId"])
    for _ in range(rng.randrange(5, 25)):
        cursor, change = stream.next()
        told.append(change["resourceId"])
    assert enough.wait(PATIENCE)
    first.kill()
    writer.join()
    second = start_program(folder=first.folder)
    resumed = open_stream(callers_of(second).user("ann"), last=cursor)
    missing = set(acknowledged) - set(told)
    while missing:
        _, change = resumed.next()
        assert change["resourceId"] not in told, "told twice"
        told.append(change["resourceId"])
        missing.discard(change["resourceId"])


def test_other_copy_tells_within_seconds(start_program, callers_of, postgres, open_stream):
    url = postgres.new_database()
    here, there = start_program(DATABASE_URL=url), start_program(DATABASE_URL=url)
    stream = open_stream(callers_of(here).user("ann"))
    event = make_event(callers_of(there).user("ann"))
    assert stream.next()[1]["resourceId"] == event["id"]


def test_events_are_described(client):
    served = client.get("/asyncapi.json")
    assert served.status_code == 200
    document = served.json()
    assert document["asyncapi"] == "3.0.0"
    written = yaml.safe_load((API / "asyncapi.yaml").read_text(encoding="utf-8"))
    assert document["components"] == written["components"]
