"""The settings of the monitoring requirement, each seen to work in the running program."""

import json
import subprocess

import httpx

from program import free_port

DEFAULTS = {"PROMETHEUS_PORT": "9090", "PROMETHEUS_PATH": "/metrics", "COLLECT_DEFAULT_METRICS": "true",
            "LOG_LEVEL": "info", "LOG_FORMAT": "json", "LOG_FILE": "stdout", "ALERT_ERROR_RATE": "0.05",
            "ALERT_LATENCY_P95": "5000", "ALERT_MEMORY_USAGE": "0.8", "OTEL_SERVICE_NAME": "scheduling-worker"}


def log_lines(program):
    return [json.loads(line) for line in program.said().splitlines() if line.startswith("{")]


def test_defaults_are_those_of_the_requirement(binary, tmp_path):
    done = subprocess.run([str(binary), "config"], env={"DATA_DIR": str(tmp_path), "PATH": "/usr/bin"},
                          capture_output=True, text=True, check=True, timeout=60)
    shown = json.loads(done.stdout)
    for name, value in DEFAULTS.items():
        assert shown[name] == {"value": value, "origin": "default"}, name


def test_prometheus_port_is_where_the_metrics_are(start_program, callers_of):
    program = start_program(METRICS_ON_API="off")
    callers = callers_of(program)
    assert "scheduling_api_requests_total" in callers.operations().get("/metrics").text
    assert callers.stranger().get("/health").status_code == 200
    assert httpx.get(f"{program.base_url}/metrics", trust_env=False).status_code == 404
    program.stop()


def test_tree_of_the_requirement_is_read_from_a_file(start_program, callers_of, tmp_path):
    log = tmp_path / "logs" / "service.log"
    file = tmp_path / "monitoring.yaml"
    file.write_text(f"""
prometheus:
  port: {free_port()}
  path: /internal/metrics
  collectDefaultMetrics: true
logging:
  level: warn
  format: ecs
  destination: {log}
tracing:
  serviceName: planner-of-the-test
""")
    program = start_program("--config", str(file), LOG_LEVEL="")
    client = callers_of(program).operations()
    assert "process_cpu_seconds_total" in client.get("/internal/metrics").text
    assert client.get("/metrics").status_code == 404
    shown = client.get("/debug/config").json()
    assert shown["PROMETHEUS_PATH"]["origin"].startswith(str(file))
    assert shown["LOG_LEVEL"]["value"] == "warn"
    # The levels of the file hold: what is of INFO is not there, what was asked for later is.
    client.put("/debug/log-level", json={"level": "info"})
    client.post("/debug/release-memory")
    program.stop()
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert lines and all(line["service.name"] == "planner-of-the-test" for line in lines)
    messages = [line["message"] for line in lines]
    assert "Service started" not in messages
    assert "Free memory was given back to the system" in messages


def test_default_metrics_can_be_left_out(start_program, callers_of):
    program = start_program(COLLECT_DEFAULT_METRICS="false")
    text = callers_of(program).operations().get("/metrics").text
    assert "\nprocess_" not in text
    assert "scheduling_memory_limit_bytes" in text
    program.stop()


def test_log_level_decides_what_is_logged(start_program, callers_of):
    quiet = start_program(LOG_LEVEL="error")
    callers_of(quiet).stranger().get("/health")
    quiet.stop()
    # Who asks before it is ready is answered 503, which is an error.
    assert {line["level"] for line in log_lines(quiet)} <= {"ERROR"}
    usual = start_program(LOG_LEVEL="info")
    usual.stop()
    assert "Service started" in [line["message"] for line in log_lines(usual)]
    assert all(line["level"] != "DEBUG" for line in log_lines(usual))


def test_log_format_and_service_name_come_from_the_environment(start_program):
    program = start_program(LOG_FORMAT="json", OTEL_SERVICE_NAME="planner")
    program.stop()
    assert {line["service"] for line in log_lines(program)} == {"planner"}
