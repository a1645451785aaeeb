"""What telemetry costs the service: the release program with all of it on beside the same program
with all of it off that can be switched off, and with receivers that are dead. 64 connections of
wrk; the programs run side by side and take turns, so that each round compares like with like.

usage: telemetry_bench.py [--large] [--seconds N] [--rounds N]

Prints rows `name value unit`; what they must reach stands in bench/targets.json. `on` has metrics,
the access log, spans of every request sent to a receiver that takes them, error reports and alerts
configured; `tenth` the same with a tenth of the traces sampled; `off` logs errors only and makes no
spans. Metrics have no switch, so all count them.
"""

import argparse
import contextlib
import os
import pathlib
import shutil
import signal
import statistics
import sys
import tempfile

FOLDER = pathlib.Path(__file__).resolve().parent
ROOT = FOLDER.parent
sys.path.insert(0, str(FOLDER / "service"))

import receiver  # noqa: E402
import seed  # noqa: E402
import world  # noqa: E402
import wrk  # noqa: E402

EVENTS = 1000
WARM_UP = 2  # seconds
OFF = {"OTEL_SDK_DISABLED": "true", "LOG_LEVEL": "error", "COLLECT_DEFAULT_METRICS": "false"}


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--large", action="store_true", help="more rounds")
    parser.add_argument("--seconds", type=int, default=3, help="of one load")
    parser.add_argument("--rounds", type=int, default=0, help="each has one load of each program")
    return parser.parse_args()


def telling(address):
    """Settings of a program that tells all it can to that receiver."""
    return {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{address}", "SENTRY_DSN": f"http://key@{address}/1",
            "ALERT_WEBHOOK_URL": f"http://{address}/alerts"}


class Service:
    """One program with its events and the requests for them."""

    def __init__(self, binary, folder, settings):
        self.program = world.start(binary, folder, **settings)
        caller = world.Caller(self.program, "reader")
        ids = seed.batch(caller, seed.single_events(EVENTS))
        weeks = [world.window_path(*seed.week(number)) for number in range(EVENTS // seed.EVENTS_A_WEEK)]
        self.requests = {
            "event_by_id": world.write_requests(
                folder / "events", [(f"/events/{id}", caller.token) for id in ids]),
            "window_30": world.write_requests(
                folder / "weeks", [(week, caller.token) for week in weeks])}
        caller.close()

    def load(self, what, seconds):
        load = wrk.run(f"{self.program.base_url}/", pid=self.program.pid, script="reads.lua",
                       arguments=[self.requests[what]], seconds=seconds)
        os.truncate(self.program.log, 0)
        if load.failed:
            raise RuntimeError(f"{load.failed} of {load.requests} answers failed")
        return load


def rounds_of(services, what, options):
    """The loads of each program, in turns; every other round the other way round."""
    loads = {name: [] for name in services}
    for service in services.values():
        service.load(what, WARM_UP)
    for number in range(options.rounds or (15 if options.large else 7)):
        for name in sorted(services, reverse=number % 2 == 1):
            loads[name].append(services[name].load(what, options.seconds))
    return loads


def row(name, value, unit):
    print(f"{name} {value:.6g} {unit}", flush=True)


def tell(label, loads, figure, unit):
    """The median of each program."""
    for name, measured in loads.items():
        row(f"{label}/{name}/{figure}", statistics.median(getattr(load, figure) for load in measured), unit)


def tell_ratio(label, loads, figure, of, beside):
    """The median of the ratios of the rounds."""
    ratios = [getattr(one, figure) / getattr(other, figure)
              for one, other in zip(loads[of], loads[beside], strict=True)]
    row(f"{label}/{figure}_{of}_of_{beside}", statistics.median(ratios), "times")


def run(options, binary, folder):
    with contextlib.ExitStack() as held:
        addresses = {name: held.enter_context(getattr(receiver, name)())
                     for name in ("taking", "stalled", "gone")}
        settings = {"off": OFF, "on": telling(addresses["taking"]),
                    "tenth": {**telling(addresses["taking"]), "OTEL_TRACES_SAMPLER_ARG": "0.1"},
                    "stalled": telling(addresses["stalled"]), "gone": telling(addresses["gone"])}
        services = {}
        for name, chosen in settings.items():
            services[name] = Service(binary, folder / name, chosen)
            held.callback(services[name].program.stop)
        for what in ("event_by_id", "window_30"):
            loads = rounds_of({name: services[name] for name in ("on", "tenth", "off")}, what, options)
            tell(what, loads, "rate", "requests/s")
            tell(what, loads, "cpu", "us")
            for told in ("on", "tenth"):
                tell_ratio(what, loads, "rate", told, "off")
        for dead in ("stalled", "gone"):
            loads = rounds_of({name: services[name] for name in ("on", dead)}, "event_by_id", options)
            tell(f"event_by_id_{dead}", loads, "p99", "ms")
            tell_ratio(f"event_by_id_{dead}", loads, "p99", dead, "on")


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started must not stay behind
    build = pathlib.Path(os.environ.get("SW_BUILD", ROOT / "build" / "release"))
    binary = os.environ.get("SW_BINARY", build / "bin" / "scheduling-worker")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-data-", dir=ROOT / "build"))
    try:
        run(options, binary, folder)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
