"""The whole service under load, as its callers meet it: the release program on loopback with a data
folder on disk, everything on (tokens, validation, metrics, log, rate limit), 64 connections of wrk.

usage: service_bench.py [--large] [--seconds N] [--rounds N] [--only PART,...] [--threads N]

Prints rows `name value unit [ratio]`; what they must reach stands in bench/targets.json. A load with
a failed answer ends it with status 1: a rate of errors is no figure. `--only` names parts: health,
reads, writes, completions, start, growth. Besides rates and latencies, rows named `.../cpu` tell the processor
time of the server a request, which a busy machine disturbs least.
"""

import argparse
import datetime
import os
import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER / "service"))

import growth  # noqa: E402
import neighbours  # noqa: E402
import place  # noqa: E402
import seed  # noqa: E402
import startup  # noqa: E402
import world  # noqa: E402
import wrk  # noqa: E402

WARM_UP = 3  # seconds
WRITERS = 64  # users
READ_EVENTS = 1000
HABITS_OF_ONE = 100
HABIT_DATES = 400  # behind today, enough for ten loads


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--large", action="store_true", help="growth up to 10,000,000 events")
    parser.add_argument("--seconds", type=int, default=5, help="of one load")
    parser.add_argument("--rounds", type=int, default=2, help="of each load; the best counts")
    parser.add_argument("--threads", default="", help="HTTP_THREADS of the service")
    parser.add_argument("--only", default="", help="parts, separated by commas")
    return parser.parse_args()


def row(name, value, unit, ratio=None):
    print(f"{name} {value:.6g} {unit}" + (f" {ratio:.4g}" if ratio is not None else ""), flush=True)


def tell(name, load):
    """The rows of one load."""
    row(f"{name}/rate", load.rate, "requests/s")
    row(f"{name}/p50", load.p50, "ms")
    row(f"{name}/p99", load.p99, "ms")
    row(f"{name}/cpu", load.cpu, "us")


class Bench:
    """One program with its data, and the loads on it."""

    def __init__(self, options, binary, build, folder):
        self.options = options
        self.build = build
        self.folder = folder
        self.binary = binary
        threads = {"HTTP_THREADS": options.threads} if options.threads else {}
        self.program = world.start(binary, folder / "service", **threads)
        self.loads = 0

    def load(self, path="/health", *, seconds=None, **how):
        """One load on the service; RuntimeError when any answer was no success."""
        load = wrk.run(self.program.base_url + path, pid=self.program.pid,
                       seconds=seconds or self.options.seconds, **how)
        # The log of a load is gigabytes on a long run.
        os.truncate(self.program.log, 0)
        if load.failed:
            raise RuntimeError(f"{load.failed} of {load.requests} answers failed ({how})")
        return load

    def best(self, **how):
        """The best of the rounds, after a warm-up."""
        self.load(seconds=WARM_UP, **how)
        return wrk.best([self.load(**how) for _ in range(self.options.rounds)])

    def health(self):
        """The service, a bare epoll server and nginx take turns."""
        with neighbours.epoll(self.build) as epoll, neighbours.nginx(self.folder / "nginx") as nginx:
            rivals = {"epoll": epoll, **({"nginx": nginx} if nginx else {})}
            measured = {name: [] for name in ("health", *rivals)}
            self.load(seconds=WARM_UP)
            for _ in range(self.options.rounds):
                measured["health"].append(self.load())
                for name, (url, pid) in rivals.items():
                    measured[name].append(wrk.run(url, pid=pid, seconds=self.options.seconds))
        for name, loads in measured.items():
            tell(name, wrk.best(loads))

    def reads(self):
        reader, repeater = world.Caller(self.program, "reader"), world.Caller(self.program, "repeater")
        ids = seed.batch(reader, seed.single_events(READ_EVENTS))
        seed.batch(repeater, seed.series())
        weeks = [seed.week(number) for number in range(READ_EVENTS // seed.EVENTS_A_WEEK)]
        later = [seed.week(number) for number in range(100, 150)]
        for caller, list_of_weeks in ((reader, weeks), (repeater, later)):
            found = len(caller.call("GET", world.window_path(*list_of_weeks[0]))["items"])
            if found != seed.EVENTS_A_WEEK:
                raise RuntimeError(f"a week has {found} events")
        file = world.write_requests
        events = file(self.folder / "events", [(f"/events/{id}", reader.token) for id in ids])
        singles = file(self.folder / "weeks", [(world.window_path(*week), reader.token) for week in weeks])
        repeats = file(self.folder / "later", [(world.window_path(*week), repeater.token) for week in later])
        for name, requests in (("event_by_id", events), ("window_30_single", singles),
                               ("window_30_recurring", repeats)):
            tell(name, self.best(script="reads.lua", arguments=[requests]))
        lone = self.best(script="reads.lua", arguments=[events], connections=1)
        row("one_connection_get/p50", lone.p50 * 1000, "us")

    def write_load(self, **how):
        self.loads += 1
        return self.load(script="writes.lua", arguments=[self.folder / "writers", self.loads], **how)

    def writes(self):
        users = [world.Caller(self.program, f"writer-{number}") for number in range(WRITERS)]
        world.in_parallel(world.Caller.calendar, users)
        (self.folder / "writers").write_text("".join(f"{user.token}\n" for user in users))
        alone = neighbours.commits_a_second(self.folder, self.options.seconds)
        self.write_load(seconds=WARM_UP)
        best = wrk.best([self.write_load() for _ in range(self.options.rounds)])
        tell("event_write", best)
        row("one_commit_each/rate", alone, "requests/s")
        lone = wrk.best([self.write_load(connections=1) for _ in range(self.options.rounds)])
        row("lone_client_write/p50", lone.p50 * 1000, "us")

    def completions(self):
        """Durable completions: each user's habits in turn, date after date."""
        def habits_of(user):
            made = [user.call("POST", "/habits", {"name": "Walk", "startDate": str(dates[0])})
                    for _ in range(HABITS_OF_ONE)]
            return [(f"/habits/{habit['id']}/complete", user.token) for habit in made]

        today = datetime.date.today()
        dates = [today - datetime.timedelta(days=ago) for ago in range(HABIT_DATES, 0, -1)]
        users = [world.Caller(self.program, f"walker-{number}") for number in range(WRITERS)]
        habits = [one for some in world.in_parallel(habits_of, users) for one in some]
        requests = world.write_requests(self.folder / "habits", habits)
        (self.folder / "dates").write_text("".join(f"{date}\n" for date in dates))
        loads = []
        for number, seconds in enumerate([WARM_UP, *[self.options.seconds] * self.options.rounds]):
            files = [requests, self.folder / "dates", number]
            loads.append(self.load(script="completions.lua", arguments=files, seconds=seconds))
        tell("habit_completion", wrk.best(loads[1:]))

    def memory_under_load(self):
        row("memory/under_load", startup.peak_mebibytes(self.program.pid), "MiB")


def parts_of(options):
    chosen = [part for part in options.only.split(",") if part]
    return chosen or ["health", "reads", "writes", "completions", "start", "growth"]


def run(options, binary, build, folder):
    parts = parts_of(options)
    bench = Bench(options, binary, build, folder)
    try:
        for part in ("health", "reads", "writes", "completions"):
            if part in parts:
                getattr(bench, part)()
        if "reads" in parts and "writes" in parts:
            bench.memory_under_load()
    finally:
        bench.program.stop()
    if "start" in parts:
        startup.measure(bench.program, row)
    if "growth" in parts:
        growth.measure(options, binary, folder, row)


def main():
    options = arguments()
    with place.place() as (build, binary, folder):
        run(options, binary, build, folder)


if __name__ == "__main__":
    main()
