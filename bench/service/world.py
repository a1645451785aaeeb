"""The program under load and its data: users with tokens, and calendars filled through the API."""

import concurrent.futures
import http.client
import json
import pathlib
import sys
import time
import urllib.parse

import jwt

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts" / "testing"))

from program import Program  # noqa: E402

SECRET = "a secret of the benches, 32 bytes and more"
ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Sydney", "America/Sao_Paulo"]
# Everything is on; the limits are only out of reach.
ENVIRONMENT = {"JWT_SECRET": SECRET, "RATE_LIMIT_ENABLED": "true", "RATE_LIMIT_READ": "100000000",
               "RATE_LIMIT_WRITE": "100000000", "RATE_LIMIT_HEAVY": "100000000",
               "RATE_LIMIT_ANONYMOUS": "100000000", "RATE_LIMIT_BURST": "100000000",
               "BACKUP_INTERVAL": "0s"}


def token(user):
    """A token of a user, good for a day."""
    now = int(time.time())
    claims = {"sub": user, "iat": now, "exp": now + 86400, "zoneinfo": "Europe/Berlin"}
    return jwt.encode(claims, SECRET, "HS256")


def start(binary, folder, **environment):
    """A running program with its data in `folder`."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    return Program(binary, folder, {**ENVIRONMENT, **environment}).start()


class Caller:
    """One connection of one user."""

    def __init__(self, program, user):
        self.token = token(user)
        self._connection = http.client.HTTPConnection("127.0.0.1", program.port, timeout=120)

    def call(self, method, path, body=None, kind="application/json"):
        """The answer's document; RuntimeError when it is no success."""
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.token}"}
        if body is not None:
            headers["Content-Type"] = kind
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path} answered {answer.status}: {content[:2000]!r}")
        return json.loads(content) if content else None

    def calendar(self):
        """The id of the user's own calendar."""
        return self.call("GET", "/calendars")["items"][0]["id"]

    def close(self):
        self._connection.close()


def window_path(start_day, end_day, **more):
    query = {"start": f"{start_day}T00:00:00Z", "end": f"{end_day}T00:00:00Z", **more}
    return "/events?" + urllib.parse.urlencode(query)


def write_requests(file, requests):
    """The file that reads.lua takes: pairs of path and token."""
    file.write_text("".join(f"{path}\t{secret}\n" for path, secret in requests))
    return file


def in_parallel(work, inputs, width=8):
    """The outcomes of `work` for each input, in order; the first failure is raised."""
    with concurrent.futures.ThreadPoolExecutor(width) as pool:
        return list(pool.map(work, inputs))
