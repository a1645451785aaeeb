"""What every service test can ask for: the real program, callers with tokens, PostgreSQL.

The program is `SW_BINARY`, else that of the dev preset. All servers listen on loopback, are given
temporary folders, and are stopped by their pid.
"""

import os
import pathlib
import random
import sys
import time

import httpx
import jwt
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts" / "testing"))
sys.path.append(str(ROOT / ".cache" / "python"))  # what ./dev test installs for these tests alone

import postgres as postgres_server  # noqa: E402
from api_contract import Contract  # noqa: E402
from program import Program  # noqa: E402

SECRET = "a secret of the service tests, 32 bytes and more"


def pytest_report_header():
    return f"seed {seed_value()} (SW_SEED), program {binary_path()}"


def seed_value():
    return int(os.environ.get("SW_SEED", "1"))


def binary_path():
    return pathlib.Path(os.environ.get("SW_BINARY") or ROOT / "build" / "dev" / "bin" / "scheduling-worker")


@pytest.fixture(scope="session")
def binary():
    """The program under test."""
    path = binary_path()
    if not path.exists():
        pytest.skip(f"the program is not built ({path})")
    return path


@pytest.fixture(scope="session")
def sanitized(binary):
    """Whether the program is watched by a sanitizer: several times slower and larger."""
    content = binary.read_bytes()
    return b"__asan_init" in content or b"__tsan_init" in content


@pytest.fixture
def rng():
    """Random numbers that SW_SEED repeats."""
    return random.Random(seed_value())


@pytest.fixture(scope="session")
def full():
    """Whether the counts of acceptance are asked for (`./dev test --full`)."""
    return os.environ.get("SW_FULL") == "1"


@pytest.fixture(scope="session")
def make_token():
    """make_token("alice", role="operator", ...) is a token that the program accepts; `secret`,
    `algorithm` and `lifetime` (seconds) make others."""

    def make(user, *, secret=SECRET, algorithm="HS256", lifetime=3600, **claims):
        now = int(time.time())
        return jwt.encode({"sub": user, "iat": now, "exp": now + lifetime, **claims}, secret, algorithm)

    return make


CONTRACT = Contract.load()


def hold_to_contract(response):
    """Every answer that a test gets has to be one that openapi.yaml promises."""
    response.read()
    CONTRACT.check(response)


class Callers:
    """HTTP clients of one running program, closed with it."""

    def __init__(self, program, make_token):
        self.program = program
        self._make_token = make_token
        self._open = []

    def user(self, name, **claims):
        """A client that signs each request as this user."""
        headers = {"Authorization": f"Bearer {self._make_token(name, **claims)}"}
        return self._client(self.program.base_url, headers, [hold_to_contract])

    def stranger(self):
        """A client without a token."""
        return self._client(self.program.base_url, {}, [hold_to_contract])

    def operations(self):
        """A client of the operations port."""
        return self._client(self.program.ops_url, {})

    def _client(self, url, headers, hooks=()):
        client = httpx.Client(base_url=url, headers=headers, timeout=30, trust_env=False,
                              event_hooks={"response": list(hooks)})
        self._open.append(client)
        return client

    def close(self):
        for client in self._open:
            client.close()


@pytest.fixture(scope="session")
def start_program(binary, tmp_path_factory):
    """start_program(NAME="value", ...) starts a copy with that configuration and answers it when
    it is ready. `folder` (of a copy before) keeps its data. All are stopped at the end."""
    started = []

    def start(*arguments, folder=None, **environment):
        defaults = {"JWT_SECRET": SECRET, "RATE_LIMIT_ENABLED": "false", "LOG_LEVEL": "info"}
        place = folder or tmp_path_factory.mktemp("program")
        program = Program(binary, place, {**defaults, **environment}, arguments)
        started.append(program)
        return program.start()

    yield start
    for program in started:
        if program.process is not None and program.process.poll() is None:
            program.stop()


@pytest.fixture(scope="module")
def program(start_program):
    """A copy that the tests of one file share."""
    running = start_program()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def callers(program, make_token):
    """Clients of the shared copy: callers.user("alice"), .stranger(), .operations()."""
    callers = Callers(program, make_token)
    yield callers
    callers.close()


@pytest.fixture
def callers_of(make_token):
    """callers_of(program): the same for a copy that a test started itself."""
    made = []

    def make(program):
        made.append(Callers(program, make_token))
        return made[-1]

    yield make
    for callers in made:
        callers.close()


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL server for the whole run; `postgres.new_database()` is an address of its own."""
    if postgres_server.folder_of_programs() is None:
        pytest.skip("no PostgreSQL server is installed")
    server = postgres_server.Postgres()
    try:
        yield server.start()
    finally:
        server.stop()
