"""The operator's tools on the operations port: who may use them, and what they do."""

import json
import pathlib
import socket

import httpx
import pytest

from program import free_port

RUNBOOKS = pathlib.Path(__file__).resolve().parents[2] / "docs" / "runbooks"
TOKEN = "a token of the operations port of the tests"
OPERATOR_PATHS = ("/", "/debug/config", "/debug/jobs", "/debug/log-level", "/ops/runbooks")
OPEN_PATHS = ("/metrics", "/health", "/health/live", "/health/ready")


def own_address():
    """An address of this machine that is no loopback address; None where there is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # reserved for documentation; nothing is sent
        except OSError:
            return None
        address = probe.getsockname()[0]
    return None if address.startswith("127.") else address


@pytest.fixture(scope="module")
def guarded(start_program):
    """A copy with a token whose operations port listens on every address."""
    return start_program(OPS_HOST="0.0.0.0", OPS_TOKEN=TOKEN)


@pytest.fixture
def from_elsewhere(guarded):
    """A client that reaches it by an address that is not loopback."""
    address = own_address()
    if address is None:
        pytest.skip("this machine has no address but loopback")
    with httpx.Client(base_url=f"http://{address}:{guarded.ops_port}", trust_env=False, timeout=30) as client:
        yield client


def test_callers_on_this_machine_need_no_token(callers):
    for path in (*OPERATOR_PATHS, *OPEN_PATHS):
        assert callers.operations().get(path).status_code == 200, path


def test_callers_from_elsewhere_need_the_token_but_for_metrics_and_health(from_elsewhere):
    for path in OPEN_PATHS:
        assert from_elsewhere.get(path).status_code == 200, path
    for path in OPERATOR_PATHS:
        refused = from_elsewhere.get(path)
        assert refused.status_code == 401, path
        assert refused.headers["www-authenticate"].startswith("Bearer"), path
        for wrong in (f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", "Bearer x"):
            answer = from_elsewhere.get(path, headers={"Authorization": wrong})
            assert answer.status_code == 401, (path, wrong)
        assert from_elsewhere.get(path, headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200, path
    for method, path in (("PUT", "/debug/log-level"), ("POST", "/debug/release-memory")):
        assert from_elsewhere.request(method, path, content=b"{}").status_code == 401, path


def test_without_a_token_nobody_from_elsewhere_gets_in(start_program):
    address = own_address()
    if address is None:
        pytest.skip("this machine has no address but loopback")
    program = start_program(OPS_HOST="0.0.0.0")
    with httpx.Client(base_url=f"http://{address}:{program.ops_port}", trust_env=False, timeout=30) as client:
        assert client.get("/metrics").status_code == 200
        for headers in ({}, {"Authorization": "Bearer guess"}):
            assert client.get("/debug/config", headers=headers).status_code in (401, 403), headers
        assert "OPS_TOKEN" in client.get("/debug/config").text
    program.stop()


@pytest.mark.parametrize("headers", [
    {"Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Host": "rebound.example:9090"},
    {"X-Forwarded-For": "203.0.113.7"},
    {"Forwarded": "for=203.0.113.7"},
])
def test_web_pages_and_proxies_do_not_count_as_this_machine(callers, headers):
    client = callers.operations()
    assert client.get("/debug/config", headers=headers).status_code == 403
    assert client.post("/debug/release-memory", headers=headers).status_code == 403
    assert client.get("/health", headers=headers).status_code == 200


def test_config_is_shown_without_secrets(guarded, callers_of):
    client = callers_of(guarded).operations()
    shown = client.get("/debug/config")
    assert shown.json()["OPS_HOST"]["value"] == "0.0.0.0"
    assert TOKEN not in shown.text
    assert guarded.environment["JWT_SECRET"] not in shown.text
    assert shown.headers["cache-control"] == "no-store"


def test_log_level_is_changed_for_all_and_for_one_component(start_program, callers_of):
    program = start_program(LOG_LEVEL="warn")
    client = callers_of(program).operations()
    assert client.get("/debug/log-level").json()["level"] == "warn"
    changed = client.put("/debug/log-level", json={"level": "debug"})
    assert changed.status_code == 200, changed.text
    assert changed.json()["level"] == "debug"
    assert client.put("/debug/log-level", json={"level": "error", "component": "api"}).status_code == 200
    assert client.get("/debug/log-level").json()["level"] == "debug"
    assert client.put("/debug/log-level", json={"level": "error"}).json()["level"] == "error"
    program.stop()
    lines = [json.loads(line) for line in program.said().splitlines() if line.startswith("{")]
    told = [line for line in lines if line.get("operation") == "log_level"]
    assert [line["newLevel"] for line in told][:1] == ["debug"]


@pytest.mark.parametrize("body, expected", [
    ({"level": "loud"}, "level"), ({}, "level"), ({"level": "info", "colour": "red"}, "colour"),
    ({"level": 3}, "level"), ([], ""),
])
def test_wrong_log_level_is_refused_by_name(callers, body, expected):
    answer = callers.operations().put("/debug/log-level", json=body)
    assert answer.status_code == 422 or answer.status_code == 400, answer.text
    assert expected in answer.text


def test_release_memory_says_what_it_gave_back(callers):
    answer = callers.operations().post("/debug/release-memory")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["allocator"] in ("tcmalloc", "malloc")
    assert told["residentBytesBefore"] > 1_000_000
    assert told["residentBytesAfter"] > 1_000_000
    assert told["freeBytesBefore"] >= 0


def test_runbooks_are_those_of_the_repository(callers):
    client = callers.operations()
    names = client.get("/ops/runbooks").json()["runbooks"]
    assert names == sorted(file.stem for file in RUNBOOKS.glob("*.md"))
    for name in names:
        answer = client.get(f"/ops/runbooks/{name}")
        assert answer.content == (RUNBOOKS / f"{name}.md").read_bytes(), name
        assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
        shown = client.get(f"/ops/runbooks/{name}.md", headers={"Accept": "text/html,*/*"})
        assert shown.headers["content-type"] == "text/plain; charset=utf-8"
    for name in ("no-such", "../adr/template", "%2e%2e/x", ""):
        assert client.get(f"/ops/runbooks/{name}").status_code in (404, 400), name


def test_index_lists_every_path_it_serves(callers):
    client = callers.operations()
    listed = client.get("/").text
    for path in ("/metrics", "/health/ready", "/debug/config", "/debug/requests", "/debug/alerts",
                 "/debug/log-level", "/debug/release-memory", "/ops/runbooks"):
        assert path in listed, path


def test_unknown_paths_and_methods_are_refused(callers):
    client = callers.operations()
    assert client.get("/debug/pprof/profile").status_code == 404  # off unless enabled
    assert client.get("/calendars").status_code == 404
    wrong = client.delete("/debug/log-level")
    assert wrong.status_code == 405
    assert wrong.headers["allow"] == "GET, HEAD, PUT"


def test_taken_operations_port_names_prometheus_as_the_likely_owner(start_program):
    with socket.socket() as owner:
        owner.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            owner.bind(("127.0.0.1", 9090))
        except OSError:
            pass  # somebody has it already, which is as good
        else:
            owner.listen()
        with pytest.raises(RuntimeError) as ended:
            start_program(PROMETHEUS_PORT="9090")
    said = str(ended.value)
    assert "PROMETHEUS_PORT" in said and "9090" in said
    assert "Prometheus itself" in said
    assert free_port() != 9090
