"""What was answered survives a kill at any moment, and no series is ever half there."""

import concurrent.futures
import random
import threading
import uuid

import httpx

CLIENTS = 64


def event_body(number):
    """An event somewhere in March, so that few are at the same time and in each other's answers."""
    day = f"2026-03-{7 + number % 24:02}T{number // 24 % 23:02}"
    return {
        "summary": f"Event {number}",
        "start": {"dateTime": f"{day}:00:00Z"},
        "end": {"dateTime": f"{day}:30:00Z"},
    }


def series_body(number):
    return {
        "summary": f"Series {number}",
        "start": {"dateTime": "2026-03-02T09:00:00Z"},
        "end": {"dateTime": "2026-03-02T10:00:00Z"},
        "recurrence": ["RRULE:FREQ=DAILY;COUNT=5"],
    }


class Progress:
    """Counts acknowledged writes of all clients, and tells when there are enough."""

    def __init__(self, wanted):
        self.enough = threading.Event()
        self._left = wanted
        self._lock = threading.Lock()

    def acknowledged(self):
        with self._lock:
            self._left -= 1
            if self._left <= 0:
                self.enough.set()


class Writer:
    """One client that writes until its server is gone, and remembers what was acknowledged."""

    def __init__(self, base_url, token, seed):
        self.client = httpx.Client(
            base_url=base_url, headers={"Authorization": f"Bearer {token}"}, timeout=30, trust_env=False)
        self.random = random.Random(seed)
        self.events = []
        self.split = []  # (series, second half), acknowledged as one change

    def run(self, progress):
        try:
            while True:
                self.write_one()
                progress.acknowledged()
        except (httpx.TransportError, httpx.ProtocolError):
            pass
        finally:
            self.client.close()

    def write_one(self):
        number = self.random.randrange(10**9)
        if self.random.random() < 0.8:
            answer = self.client.post("/events", json=event_body(number))
            assert answer.status_code == 201, answer.text
            self.events.append(answer.json()["id"])
            return
        series = self.client.post("/events", json=series_body(number))
        assert series.status_code == 201, series.text
        self.events.append(series.json()["id"])
        third = f"{series.json()['id']}_20260304T090000Z"
        half = self.client.patch(
            f"/events/{third}", params={"scope": "following"}, json={"summary": f"Rest {number}"})
        assert half.status_code == 200, half.text
        self.split.append((series.json()["id"], half.json()["id"]))


def occurrences_of(client, event_id):
    answer = client.get(f"/events/{event_id}/instances")
    assert answer.status_code == 200, answer.text
    return len(answer.json()["items"])


def check(client, writers):
    known = {}
    token = None
    while True:
        params = {"start": "2026-03-01T00:00:00Z", "end": "2026-04-01T00:00:00Z", "maxResults": 2500,
                  "singleEvents": "false", **({"pageToken": token} if token else {})}
        page = client.get("/events", params=params).json()
        known.update((item["id"], item) for item in page["items"])
        token = page.get("nextPageToken")
        if token is None:
            break
    for writer in writers:
        lost = [one for one in writer.events if one not in known]
        assert not lost, f"acknowledged and lost: {lost[:3]}"
        for series, rest in writer.split[-3:]:
            assert occurrences_of(client, series) == 2
            assert occurrences_of(client, rest) == 3
    # A series that was being split when the program died is whole or split, never in between.
    rests = {item["summary"].split()[1]: item for item in known.values() if item["summary"].startswith("Rest")}
    recurring = [item for item in known.values() if item["summary"].startswith("Series")]
    for item in random.Random(1).sample(recurring, min(20, len(recurring))):
        whole = occurrences_of(client, item["id"])
        assert whole == (2 if item["summary"].split()[1] in rests else 5), item


def test_a_kill_loses_nothing_that_was_answered(start_program, make_token, callers_of, full, sanitized, rng):
    folder = None
    user = f"durable-{uuid.uuid4()}"
    for _ in range(20 if full else 3):
        program = start_program(folder=folder)
        folder = program.folder
        token = make_token(user)
        callers_of(program).user(user).get("/calendars").raise_for_status()
        writers = [Writer(program.base_url, token, rng.random()) for _ in range(CLIENTS)]
        # How far the clients have come at the kill differs from round to round.
        progress = Progress(rng.randrange(200, 2000))
        with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
            futures = [pool.submit(writer.run, progress) for writer in writers]
            assert progress.enough.wait(300 if sanitized else 60), "too few answers"
            program.kill()
            for future in futures:
                future.result()
        revived = start_program(folder=folder)
        check(callers_of(revived).user(user), writers)
        revived.stop()
