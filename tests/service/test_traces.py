"""Traces of the real program, received and decoded by other people's libraries."""

import json
import re
import secrets
import statistics
import time

import httpx
import pytest
from program import free_port, wait_until
from trace_sink import TraceSink, decode_jaeger

QUICK = {"OTEL_BSP_SCHEDULE_DELAY": "50"}
TRACE_PARENT = re.compile(r"^00-([0-9a-f]{32})-([0-9a-f]{16})-0([01])$")


@pytest.fixture(scope="session", autouse=True)
def decoders():
    """The libraries that decode what the program sends."""
    pytest.importorskip("opentelemetry.proto.collector.trace.v1.trace_service_pb2",
                        reason="the package opentelemetry-proto is not installed (./dev setup test)")
    pytest.importorskip("thrift.protocol.TBinaryProtocol",
                        reason="the package python3-thrift is not installed (./dev setup test)")


@pytest.fixture
def sink():
    made = TraceSink()
    yield made
    made.close()


@pytest.fixture
def traced(start_program, sink):
    """A copy that sends its traces to the sink by OTLP."""
    program = start_program(OTEL_EXPORTER_OTLP_ENDPOINT=sink.url, **QUICK)
    yield program
    program.stop()


def ids_of(answer):
    """The ids of the trace and of the server's span that an answer names."""
    found = TRACE_PARENT.match(answer.headers["traceparent"])
    assert found, answer.headers["traceparent"]
    return found.group(1), found.group(2)


def telemetry(program):
    """What happened to spans: emitted, exported, dropped by reason."""
    text = httpx.get(f"{program.ops_url}/metrics", trust_env=False).text
    values = {"dropped": {}}
    for line in text.splitlines():
        found = re.match(r'scheduling_telemetry_(emitted|exported|dropped)_total\{signal="traces"'
                         r'(?:,reason="(\w+)")?\} (\d+)', line)
        if found and found.group(2):
            values["dropped"][found.group(2)] = int(found.group(3))
        elif found:
            values[found.group(1)] = int(found.group(3))
    return values


def is_balanced(program, emitted_at_least=1):
    now = telemetry(program)
    return (now["emitted"] >= emitted_at_least
            and now["emitted"] == now["exported"] + sum(now["dropped"].values())) and now


def log_lines(program, part):
    return [json.loads(line) for line in program.said().splitlines() if part in line and line.startswith("{")]


def test_a_request_becomes_a_trace_with_its_database_spans(traced, sink, callers_of):
    ann = callers_of(traced).user("ann")
    trace_id, caller = secrets.token_hex(16), secrets.token_hex(8)
    answer = ann.post("/calendars", json={"name": "Garden"},
                      headers={"traceparent": f"00-{trace_id}-{caller}-01", "tracestate": "a=1",
                               "X-Request-ID": "req-77"})
    assert answer.status_code == 201, answer.text
    assert answer.headers["X-Request-ID"] == "req-77"
    answered, span_id = ids_of(answer)
    assert answered == trace_id

    server = sink.wait_for(lambda span: span.span_id == span_id)
    assert server.name == "http_request"
    assert server.kind == "server"
    assert server.trace_id == trace_id
    assert server.parent_id == caller
    assert not server.failed
    assert 0 <= time.time() - server.start < 60
    assert server.end > server.start
    attributes = server.attributes
    assert attributes["http.method"] == attributes["http.request.method"] == "POST"
    assert attributes["http.status_code"] == attributes["http.response.status_code"] == 201
    assert attributes["http.url"] == f"{traced.base_url}/calendars"
    assert attributes["url.path"] == "/calendars"
    assert attributes["url.scheme"] == "http"
    assert attributes["http.route"] == "/calendars"
    assert attributes["server.address"] == "127.0.0.1"
    assert attributes["server.port"] == traced.port
    assert attributes["request.id"] == "req-77"
    assert attributes["operation.type"] == "POST /calendars"
    assert re.fullmatch("[0-9a-f]{16}", attributes["user.id"])
    assert attributes["duration_ms"] == pytest.approx((server.end - server.start) * 1000, abs=0.5)
    assert server.resource["service.name"] == "scheduling-worker"
    assert server.resource["service.version"]

    written = sink.wait_for(lambda span: span.trace_id == trace_id and span.name == "transaction")
    assert written.parent_id == span_id
    assert written.kind == "client"
    assert written.attributes["db.system.name"] == "sqlite"
    assert written.attributes["db.operation.name"] == "COMMIT"
    assert server.start <= written.start <= written.end <= server.end + 0.001


def test_the_change_log_knows_the_trace(traced, sink, callers_of):
    ann = callers_of(traced).user("ann")
    answer = ann.post("/calendars", json={"name": "Garden"})
    trace_id, _ = ids_of(answer)
    assert sink.wait_for(lambda span: span.trace_id == trace_id)
    lines = wait_until(lambda: [line for line in log_lines(traced, "API request completed")
                                if line.get("traceId") == trace_id], 10, "the access log's line")
    assert lines[0]["requestId"] == answer.headers["X-Request-ID"]
    assert re.fullmatch("[0-9a-f]{16}", lines[0]["spanId"])


def test_invalid_parents_begin_a_new_trace(traced, callers_of):
    stranger = callers_of(traced).stranger()
    for parent in ("", "00-" + "0" * 32 + "-" + "1" * 16 + "-01", "ff-" + "1" * 32 + "-" + "1" * 16 + "-01",
                   "00-" + "A" * 32 + "-" + "1" * 16 + "-01", "nonsense"):
        trace_id, _ = ids_of(stranger.get("/calendars", headers={"traceparent": parent}))
        assert trace_id not in parent and trace_id != "0" * 32, parent


def test_what_probes_ask_is_not_sampled(traced, callers_of):
    answer = callers_of(traced).stranger().get("/health")
    assert answer.headers["traceparent"].endswith("-00")


def test_exemplars_name_traces_that_were_sent(traced, sink, callers_of):
    callers_of(traced).user("ann").get("/calendars")
    text = httpx.get(f"{traced.ops_url}/metrics", trust_env=False,
                     headers={"Accept": "application/openmetrics-text; version=1.0.0"}).text
    found = re.search(r'endpoint="/calendars".* # \{trace_id="([0-9a-f]{32})"', text)
    assert found, "no exemplar"
    assert sink.wait_for(lambda span: span.trace_id == found.group(1))


def test_headers_compression_and_names_are_as_configured(start_program, sink, callers_of):
    program = start_program(OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=f"{sink.url}/custom",
                            OTEL_EXPORTER_OTLP_HEADERS="api-key=k%201,other=2",
                            OTEL_EXPORTER_OTLP_COMPRESSION="gzip", OTEL_SERVICE_NAME="planner",
                            OTEL_RESOURCE_ATTRIBUTES="deployment.environment=test,team=a%2Cb", **QUICK)
    callers_of(program).stranger().get("/calendars")
    span = sink.wait_for(lambda span: span.name == "http_request")
    assert span.resource["service.name"] == "planner"
    assert span.resource["deployment.environment"] == "test"
    assert span.resource["team"] == "a,b"
    path, headers = sink.requests[0]
    assert path == "/custom"
    assert headers["api-key"] == "k 1" and headers["other"] == "2"
    assert headers["Content-Encoding"] == "gzip"
    assert program.stop() == 0


def test_jaeger_gets_thrift_at_its_own_address(start_program, sink, callers_of):
    program = start_program(JAEGER_ENDPOINT=f"{sink.url}/api/traces", **QUICK)
    answer = callers_of(program).user("ann").get("/calendars")
    trace_id, span_id = ids_of(answer)
    server = sink.wait_for(lambda span: span.span_id == span_id, decode_jaeger)
    assert server.trace_id == trace_id
    assert server.name == "http_request"
    assert server.kind == "server"
    assert server.attributes["http.status_code"] == 200
    assert server.resource["service.name"] == "scheduling-worker"
    assert sink.wait_for(lambda span: span.trace_id == trace_id and span.kind == "client", decode_jaeger)
    path, headers = sink.requests[0]
    assert path == "/api/traces"
    assert headers["Content-Type"] == "application/vnd.apache.thrift.binary"
    assert program.stop() == 0


def test_jaegers_address_with_its_otlp_path_means_otlp(start_program, sink, callers_of):
    program = start_program(JAEGER_ENDPOINT=f"{sink.url}/v1/traces", **QUICK)
    callers_of(program).stranger().get("/calendars")
    assert sink.wait_for(lambda span: span.name == "http_request")
    assert program.stop() == 0


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_receiver_that_refuses_costs_only_its_spans(start_program, sink, callers_of, status):
    sink.answer = status
    program = start_program(OTEL_EXPORTER_OTLP_ENDPOINT=sink.url, OTEL_BSP_EXPORT_TIMEOUT="200",
                            OTEL_BSP_MAX_QUEUE_SIZE="16", OTEL_BSP_MAX_EXPORT_BATCH_SIZE="8", **QUICK)
    ann = callers_of(program).user("ann")
    for _ in range(60):
        assert ann.get("/calendars").status_code == 200
    lost = wait_until(lambda: is_balanced(program, 60), 20, "the balance of spans")
    assert lost["exported"] == 0
    assert lost["dropped"].get("queue_full", 0) + lost["dropped"].get("export_failed", 0) + \
        lost["dropped"].get("rate_limited", 0) == lost["emitted"]
    wait_until(lambda: log_lines(program, "does not take them"), 10, "the warning")
    sink.answer = 200
    ann.get("/calendars")
    assert wait_until(lambda: log_lines(program, "takes them again"), 20, "the recovery")
    assert len(log_lines(program, "does not take them")) == 1
    assert wait_until(lambda: is_balanced(program), 20, "the balance of spans")["exported"] > 0
    assert program.stop() == 0


def test_a_receiver_that_stalls_or_is_gone_holds_nobody_up(start_program, sink, callers_of):
    program = start_program(OTEL_EXPORTER_OTLP_ENDPOINT=sink.url, OTEL_EXPORTER_OTLP_TIMEOUT="300",
                            OTEL_BSP_EXPORT_TIMEOUT="300", OTEL_BSP_MAX_QUEUE_SIZE="32",
                            OTEL_BSP_MAX_EXPORT_BATCH_SIZE="8", **QUICK)
    ann = callers_of(program).user("ann")

    def median(count=100):
        times = []
        for _ in range(count):
            begun = time.perf_counter()
            assert ann.get("/calendars").status_code == 200
            times.append(time.perf_counter() - begun)
        return statistics.median(times)

    median()
    good = median()
    sink.stall.set()
    stalled = median()
    assert stalled < 3 * good + 0.005
    assert wait_until(lambda: is_balanced(program), 20, "the balance of spans")["dropped"]
    sink.close()
    gone = median()
    assert gone < 3 * good + 0.005
    assert wait_until(lambda: is_balanced(program), 20, "the balance of spans")
    begun = time.monotonic()
    assert program.stop() == 0
    assert time.monotonic() - begun < 15


def test_what_waits_is_sent_at_the_stop(start_program, sink, callers_of):
    program = start_program(OTEL_EXPORTER_OTLP_ENDPOINT=sink.url, OTEL_BSP_SCHEDULE_DELAY="600000")
    trace_id, _ = ids_of(callers_of(program).user("ann").get("/calendars"))
    assert program.stop() == 0
    assert [span for span in sink.spans() if span.trace_id == trace_id and span.name == "http_request"]


def test_secrets_and_users_do_not_leave(traced, sink, callers_of):
    ann = callers_of(traced).user("ann-with-a-name")
    planted = "S3cret" + secrets.token_urlsafe(24)
    stranger = callers_of(traced).stranger()
    stranger.get(f"/feeds/{planted}")
    stranger.get(f"/feeds/{planted}.ics?token={planted}")
    stranger.get(f"/nowhere/{planted}?{planted}&a={planted}")
    ann.get(f"/events?q={planted}")
    last, _ = ids_of(ann.get("/calendars", params={"pageToken": planted}))
    assert sink.wait_for(lambda span: span.trace_id == last and span.name == "http_request")
    received = b"".join(sink.bodies)
    assert planted.encode() not in received
    assert b"ann-with-a-name" not in received
    user_id = ann.get("/auth/me").json().get("id", "")
    if user_id:
        assert user_id.encode() not in received
    shown = httpx.get(f"{traced.ops_url}/debug/requests", trust_env=False).text
    assert planted not in shown
    assert planted not in traced.said()


def test_slow_requests_are_kept_whatever_was_sampled(start_program, sink, callers_of):
    program = start_program(OTEL_EXPORTER_OTLP_ENDPOINT=sink.url, OTEL_TRACES_SAMPLER="always_off",
                            TRACE_SLOW="0ms", **QUICK)
    answer = callers_of(program).user("ann").post("/calendars", json={"name": "Garden"})
    assert answer.headers["traceparent"].endswith("-00")
    trace_id, span_id = ids_of(answer)
    assert sink.wait_for(lambda span: span.span_id == span_id)
    shown = httpx.get(f"{program.ops_url}/debug/requests", trust_env=False).json()
    mine = [one for one in shown["recent"] if one["traceId"] == trace_id]
    assert mine and mine[0]["why"] == "slow"
    assert mine[0]["operation"] == "POST /calendars"
    assert [span["name"] for span in mine[0]["spans"]][0] == "http_request"
    assert "transaction" in [span["name"] for span in mine[0]["spans"]]
    assert wait_until(lambda: [line for line in log_lines(program, "A request was slow")
                               if line["traceId"] == trace_id], 10, "the flight recorder's line")
    assert program.stop() == 0


def test_unsampled_quick_requests_leave_nothing(start_program, sink, callers_of):
    program = start_program(OTEL_EXPORTER_OTLP_ENDPOINT=sink.url, OTEL_TRACES_SAMPLER="always_off",
                            TRACE_SLOW="1h", **QUICK)
    callers_of(program).user("ann").get("/calendars")
    assert program.stop() == 0
    assert not sink.bodies


def test_switched_off_nothing_is_recorded(start_program, sink, callers_of):
    program = start_program(OTEL_EXPORTER_OTLP_ENDPOINT=sink.url, OTEL_SDK_DISABLED="true", **QUICK)
    answer = callers_of(program).stranger().get("/calendars")
    assert "traceparent" not in answer.headers
    assert answer.headers["X-Request-ID"]
    assert program.stop() == 0
    assert not sink.bodies


def test_a_protocol_that_is_not_spoken_stops_the_start(start_program):
    with pytest.raises(RuntimeError, match="OTEL_EXPORTER_OTLP_PROTOCOL"):
        start_program(OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{free_port()}",
                      OTEL_EXPORTER_OTLP_PROTOCOL="grpc")
