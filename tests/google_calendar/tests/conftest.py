"""What the tests of the stand-in ask for: the running program, and clients of it."""

import json
import pathlib
import queue
import signal
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

FOLDER = pathlib.Path(__file__).resolve().parents[1]
ROOT = FOLDER.parents[1]
ALEX = "alex@example.com"
BO = "bo@example.com"


class Google:
    """A caller with a token of one account, and the control interface."""

    def __init__(self, ready, account, client):
        self.ready = ready
        self.account = account
        self.http = client
        self.tokens = {}

    def grant(self, **body):
        self.tokens = self.control("POST", f"/accounts/{self.account}/tokens", body)
        return self.tokens

    def control(self, verb, path, body=None):
        answer = self.http.request(verb, self.ready["controlUrl"] + path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def send(self, verb, path, body=None, headers=None, token=None, **query):
        """An httpx answer; query values are as Google's clients send them."""
        token = token or self.tokens["access_token"]
        shown = {name: str(value).lower() if isinstance(value, bool) else value for name, value in query.items()}
        return self.http.request(verb, self.ready["apiUrl"] + path, json=body, params=shown,
                                 headers={"Authorization": f"Bearer {token}", **(headers or {})})

    def call(self, verb, path, body=None, headers=None, **query):
        """The JSON of an answer that has to be a success."""
        answer = self.send(verb, path, body, headers, **query)
        assert answer.status_code in (200, 204), answer.text
        return answer.json() if answer.content else None

    def refused(self, status, reason, verb, path, body=None, headers=None, **query):
        """The error of an answer that has to be this refusal."""
        answer = self.send(verb, path, body, headers, **query)
        error = answer.json()["error"]
        assert (answer.status_code, error["errors"][0]["reason"]) == (status, reason), answer.text
        assert error["code"] == status and error["message"] == error["errors"][0]["message"]
        return error

    def insert(self, calendar="primary", **body):
        start = body.pop("start", "2026-03-02T09:00:00+01:00")
        end = body.pop("end", "2026-03-02T10:00:00+01:00")
        event = {"summary": "Meeting", "start": moment(start), "end": moment(end), **body}
        return self.call("POST", f"/calendars/{calendar}/events", event)

    def pages(self, path="/calendars/primary/events", **query):
        """All items of a list and its sync token."""
        items, token = [], None
        while True:
            page = self.call("GET", path, **query, **({"pageToken": token} if token else {}))
            items += page["items"]
            token = page.get("nextPageToken")
            if not token:
                return items, page.get("nextSyncToken")


def moment(text):
    """A day, or a time in Berlin, as a body says it."""
    return {"date": text} if len(text) == 10 else {"dateTime": text, "timeZone": "Europe/Berlin"}


@pytest.fixture(scope="session")
def ready():
    """What the program prints when it is ready; it is stopped as its user would stop it."""
    process = subprocess.Popen([sys.executable, str(FOLDER), "--account", ALEX, "--account", BO,
                                "--time-zone", "Europe/Berlin"], stdout=subprocess.PIPE, text=True)
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.send_signal(signal.SIGTERM)
        status = process.wait(timeout=30)
        process.stdout.close()
    assert status == 0


@pytest.fixture(scope="session")
def client():
    with httpx.Client(trust_env=False, timeout=30) as one:
        yield one


@pytest.fixture
def google(ready, client):
    """Alex, on a stand-in as it was at its start."""
    caller = Google(ready, ALEX, client)
    caller.control("POST", "/reset")
    caller.grant()
    return caller


@pytest.fixture
def bo(google):
    """Another account of the same stand-in."""
    caller = Google(google.ready, BO, google.http)
    caller.grant()
    return caller


class Receiver:
    """Takes notifications; `statuses` are answered one after the other, then 200."""

    def __init__(self):
        self.got = queue.Queue()
        self.statuses = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                length = int(self.headers.get("Content-Length", 0))
                receiver.got.put((dict(self.headers), self.rfile.read(length)))
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/google/notifications"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    def next(self):
        """The headers of the next notification, names in lower case."""
        headers, body = self.got.get(timeout=10)
        assert body == b""
        return {name.lower(): value for name, value in headers.items()}

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(10)


@pytest.fixture
def receiver():
    one = Receiver()
    yield one
    one.close()
