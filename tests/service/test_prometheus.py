"""A real Prometheus scrapes the real program, in both formats."""

import re
import shutil
import subprocess
import time

import pytest

import prometheus_server
from program import wait_until

ROUTE = 'scheduling_api_requests_total{job="%s",method="GET",endpoint="/calendars",status="200"}'


@pytest.fixture(scope="module")
def scraped(program, callers, tmp_path_factory):
    """(Prometheus, proxy): the program is the job "openmetrics", and by the proxy "text"."""
    if not prometheus_server.installed():
        pytest.skip("no Prometheus is installed")
    for _ in range(5):
        assert callers.user("ann").get("/calendars").status_code == 200
    with prometheus_server.text_proxy(program.ops_url) as proxy:
        targets = {"openmetrics": (f"127.0.0.1:{program.ops_port}", "/metrics"),
                   "text": (f"127.0.0.1:{proxy.server_address[1]}", "/metrics")}
        with prometheus_server.Prometheus(tmp_path_factory.mktemp("prometheus"), targets) as server:
            wait_until(lambda: {job for job, target in server.targets_state().items() if target["health"] == "up"}
                       == set(targets), 60, "both jobs are scraped")
            yield server, proxy


def test_prometheus_scrapes_openmetrics_and_text(scraped):
    server, proxy = scraped
    for job, target in server.targets_state().items():
        assert target["health"] == "up", target
        assert target["lastError"] == "", job
    assert proxy.seen == {"text/plain; version=0.0.4; charset=utf-8"}
    for job in ("openmetrics", "text"):
        wait_until(lambda job=job: server.query(ROUTE % job), 30, "the requests are counted")
        [(_, value)] = server.query(ROUTE % job)
        assert value >= 5


def test_prometheus_answers_for_every_metric_of_the_program(scraped, callers):
    server, _ = scraped
    text = callers.operations().get("/metrics").text
    families = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))
    assert len(families) > 50
    for job in ("openmetrics", "text"):
        wait_until(lambda job=job: server.query(f'up{{job="{job}"}} == 1'), 30, "up")
        known = {labels["__name__"] for labels, _ in server.query(f'{{job="{job}"}}')}
        for family, kind in families.items():
            wanted = [f"{family}_bucket", f"{family}_sum", f"{family}_count"] if kind == "histogram" else [family]
            shows = re.search(rf"^{family}(_bucket)?[{{ ]", text, re.MULTILINE)
            for name in wanted if shows else []:
                assert name in known, (job, name)


def test_types_and_help_arrive(scraped):
    server, _ = scraped
    found = wait_until(lambda: server.metadata("scheduling_api_request_duration_seconds"), 30, "metadata")
    assert {entry["type"] for entry in found} == {"histogram"}
    assert {entry["help"] for entry in server.metadata("process_start_time_seconds")} == {
        "Start time of the process since unix epoch in seconds."}


def test_quantiles_can_be_computed(scraped):
    server, _ = scraped
    expression = ("histogram_quantile(0.95, sum by (le) "
                  '(scheduling_api_request_duration_seconds_bucket{job="openmetrics"}))')
    [(_, value)] = wait_until(lambda: server.query(expression), 30, "a quantile")
    assert 0 < value <= 30


def test_both_formats_say_the_same(scraped):
    server, _ = scraped
    names = {}
    for job in ("openmetrics", "text"):
        names[job] = {tuple(sorted((key, value) for key, value in labels.items() if key not in ("job", "instance")))
                      for labels, _ in server.query(f'{{job="{job}",__name__!~"up|scrape_.*"}}')}
    assert names["openmetrics"] == names["text"]


def test_exemplars_lead_to_the_traces_of_requests(scraped, callers, rng):
    server, _ = scraped
    trace = f"{rng.getrandbits(128):032x}"
    begin = time.time() - 60

    def seen():
        answer = callers.user("ann").get("/calendars", headers={"traceparent": f"00-{trace}-{1:016x}-01"})
        assert answer.status_code == 200
        found = server.exemplars('scheduling_api_request_duration_seconds_bucket{job="openmetrics"}',
                                 begin, time.time() + 60)
        return [exemplar for exemplar in found if exemplar["labels"]["trace_id"] == trace]

    [exemplar, *_] = wait_until(seen, 60, "an exemplar with the trace of a request")
    assert float(exemplar["value"]) > 0
    # The older format has none.
    assert "trace_id" not in callers.operations().get("/metrics").text


def test_promtool_finds_nothing_wrong(callers):
    if shutil.which("promtool") is None:
        pytest.skip("no promtool is installed")
    text = callers.operations().get("/metrics").text
    done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, timeout=60)
    # It also advises on names; the requirement's own stay as they are.
    complaints = [line for line in done.stderr.splitlines() + done.stdout.splitlines()
                  if "scheduling_" in line or "process_" in line or "error" in line.lower()]
    assert complaints == [], complaints
