"""A receiver of errors that speaks Sentry's protocol as far as the service does, and is strict
about it: an envelope that breaks the framing, or lacks what every event has, is a mistake that the
test gets to see."""

import json
import re
import threading
import uuid

from loopback_receiver import LoopbackReceiver

AUTH = re.compile(r"^Sentry sentry_version=7, sentry_client=[\w.-]+/[\w.+-]+, sentry_key=\w+$")


class FramingError(ValueError):
    """The bytes are no envelope."""


def read_envelope(data):
    """The headers of an envelope and its items as (headers, payload), by
    https://develop.sentry.dev/sdk/data-model/envelopes/."""
    head, found, rest = data.partition(b"\n")
    if not found:
        raise FramingError("no line of headers")
    headers = json.loads(head)
    items = []
    while rest:
        line, found, rest = rest.partition(b"\n")
        if not found:
            raise FramingError(f"an item's headers end nowhere: {line[:80]!r}")
        item = json.loads(line)
        length = item["length"]
        if len(rest) < length:
            raise FramingError(f"a payload of {length} bytes has {len(rest)}")
        payload, rest = rest[:length], rest[length:]
        if rest and not rest.startswith(b"\n"):
            raise FramingError(f"no line feed after a payload, but {rest[:20]!r}")
        rest = rest[1:]
        items.append((item, payload))
    return headers, items


class Receiver(LoopbackReceiver):
    """`events` are those received so far, `reports` the client reports, `envelopes` the raw bytes,
    `mistakes` what was wrong with any. `status` and `headers` are what it answers."""

    def __init__(self):
        self.events, self.reports, self.envelopes, self.mistakes = [], [], [], []
        self.status, self.headers = 200, {}
        self.lock = threading.Lock()
        super().__init__()

    def receive(self, path, headers, body):
        answer = json.dumps({"id": "0" * 32}).encode()
        with self.lock:
            self.take(path, headers, body)
            return self.status, {**self.headers, "Content-Type": "application/json"}, answer

    @property
    def dsn(self):
        return f"http://publickey@127.0.0.1:{self.port}/7"

    def take(self, path, headers, body):
        self.envelopes.append(body)
        try:
            if path != "/api/7/envelope/":
                raise FramingError(f"sent to {path}")
            if headers.get("User-Agent", "").startswith("sentry-cli"):
                pass
            elif not AUTH.match(headers.get("X-Sentry-Auth", "")):
                raise FramingError(f"X-Sentry-Auth: {headers.get('X-Sentry-Auth')}")
            envelope, items = read_envelope(body)
            for item, payload in items:
                content = json.loads(payload)
                if item["type"] == "event":
                    self.check_event(envelope, content)
                    self.events.append(content)
                elif item["type"] == "client_report":
                    self.reports.append(content)
                else:
                    raise FramingError(f"an item of type {item['type']}")
        except (ValueError, KeyError) as problem:
            self.mistakes.append(f"{problem!r} in {body[:400]!r}")

    @staticmethod
    def check_event(envelope, event):
        # 32 digits as we write them, or with the hyphens that Sentry's own client adds.
        if uuid.UUID(envelope["event_id"]) != uuid.UUID(event["event_id"]):
            raise FramingError("the envelope names another event")
        if event["level"] not in ("fatal", "error", "warning", "info", "debug"):
            raise FramingError(f"level {event['level']}")
        for name in ("timestamp", "platform", "release", "environment", "server_name"):
            if not event[name]:
                raise FramingError(f"no {name}")

    def discarded(self):
        """How many events the client says it lost, by reason."""
        found = {}
        with self.lock:
            for report in self.reports:
                for one in report["discarded_events"]:
                    found[one["reason"]] = found.get(one["reason"], 0) + one["quantity"]
        return found
