"""The real program as a test starts it: on free loopback ports, with a data folder of its own,
stopped by its pid. Used by the service tests and for the browser tests."""

import http.client
import os
import pathlib
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

START_LIMIT = 30  # seconds, generous for a sanitizer on a busy machine
STOP_LIMIT = 30


def free_port():
    """A loopback port that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, limit, what):
    """Asks `condition` again and again until it is true; TimeoutError with `what` at the limit."""
    deadline = time.monotonic() + limit
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {limit} s: {what}")
        time.sleep(0.01)


class Program:
    """One running copy. `environment` adds to a configuration that reaches nothing outside."""

    def __init__(self, binary, folder, environment=None, arguments=()):
        self.binary = str(binary)
        self.folder = pathlib.Path(folder)
        self.data = self.folder / "data"
        self.log = self.folder / "program.log"
        self.environment = dict(environment or {})
        self.arguments = list(arguments)
        self.process = None
        self.port = self.ops_port = None

    @property
    def base_url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def ops_url(self):
        return f"http://127.0.0.1:{self.ops_port}"

    @property
    def pid(self):
        return self.process.pid

    def settings(self):
        """The whole environment of the program: nothing of the tester's own configuration."""
        kept = {name: os.environ[name] for name in os.environ
                if name in ("PATH", "HOME", "TZDIR", "LANG") or name.endswith("SAN_OPTIONS")}
        ports = {"HOST": "127.0.0.1", "PORT": str(self.port),
                 "OPS_HOST": "127.0.0.1", "PROMETHEUS_PORT": str(self.ops_port)}
        return {**kept, **ports, "DATA_DIR": str(self.data), **self.environment}

    def start(self):
        """Starts and waits until the program says that it is ready; RuntimeError with what it
        printed when it ends before that. A port that was taken in between is tried three times."""
        for attempt in range(3):
            self.port, self.ops_port = free_port(), free_port()
            self.data.mkdir(parents=True, exist_ok=True)
            with open(self.log, "ab") as log:
                self.process = subprocess.Popen(
                    [self.binary, "serve", *self.arguments], env=self.settings(), cwd=self.folder,
                    stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
            wait_until(self._ready_or_ended, START_LIMIT, f"ready; it said:\n{self.said()[-4000:]}")
            if self.process.poll() is None:
                return self
            if "in use" not in self.said() or attempt == 2:
                break
        raise RuntimeError(f"ended with {self.process.returncode} at its start:\n{self.said()[-4000:]}")

    def _ready_or_ended(self):
        if self.process.poll() is not None:
            return True
        try:
            with urllib.request.urlopen(f"{self.base_url}/health/ready", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError, http.client.HTTPException):
            return False

    def said(self):
        """All that the program has printed."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def sign_in_link(self):
        """The address with a one-time code that a first start prints."""
        found = re.search(r"https?://[^\s\"]+/#code=[A-Za-z0-9_\-.%]+", self.said())
        return found and found.group(0)

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self, limit=STOP_LIMIT):
        """The exit status once the program has ended by itself."""
        return self.process.wait(timeout=limit)

    def stop(self):
        """Asks the program to end as its operator would; answers its exit status."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
        try:
            return self.wait()
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def kill(self):
        """Ends it as a power cut would."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
        return self.process and self.process.wait()
