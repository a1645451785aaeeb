"""Whether the cost of a request grows with the database: an event by id and a window of 30 events,
at 1,000 events and at many, in turns, from programs that run side by side. A caller reads the same
thousand events and weeks again and again, so that the cache is warm in both."""

import datetime
import random

import seed
import world
import wrk

ROUNDS = 3
SECONDS = 3
FIRST_MONDAY = datetime.date(1990, 1, 1)
WEEKS_ASKED = 100  # of one user

# Total of events, and users who share them.
SMALL = (1000, 1)
MEDIUM = (100_000, 1)
LARGE = (10_000_000, 100)  # a file for each of them stays below the limit of an import


class Database:
    """A program with that many events, and the requests for some of them."""

    def __init__(self, program, size):
        events, users = size
        self.program = program
        self.folder = program.folder
        self.callers = [world.Caller(self.program, f"user-{number}") for number in range(users)]
        self.share = events // users
        for caller in self.callers:
            self._fill(caller, caller.calendar())
        self._write_requests()

    def _fill(self, caller, calendar):
        file = seed.calendar_file(self.share, FIRST_MONDAY)
        report = caller.call("POST", f"/calendars/{calendar}/import", file, "text/calendar")
        if report["imported"] != self.share:
            raise RuntimeError(f"of {self.share} events {report['imported']} were imported")

    def _write_requests(self):
        chosen = random.Random(1)  # the same in each run
        weeks, events = [], []
        all_weeks = self.share // seed.EVENTS_A_WEEK
        for caller in chosen.sample(self.callers, min(len(self.callers), 10)):
            for number in chosen.sample(range(all_weeks), min(all_weeks, WEEKS_ASKED)):
                start = FIRST_MONDAY + datetime.timedelta(weeks=number)
                path = world.window_path(start, start + datetime.timedelta(weeks=1))
                items = caller.call("GET", path)["items"]
                if len(items) != seed.EVENTS_A_WEEK:
                    raise RuntimeError(f"{path} has {len(items)} events")
                weeks.append((path, caller.token))
                events += [(f"/events/{item['id']}", caller.token) for item in items[:10]]
        self.events = world.write_requests(self.folder / "events", events[:1000])
        self.weeks = world.write_requests(self.folder / "weeks", weeks)

    def load(self, requests, seconds=SECONDS):
        load = wrk.run(f"{self.program.base_url}/", pid=self.program.pid, script="reads.lua",
                       arguments=[requests], seconds=seconds)
        if load.failed:
            raise RuntimeError(f"{load.failed} answers failed")
        return load


def measure(options, binary, folder, row):
    sizes = {"1e3": SMALL, "1e5": MEDIUM, **({"1e7": LARGE} if options.large else {})}
    programs, databases = [], {}
    try:
        for name, size in sizes.items():
            programs.append(world.start(binary, folder / f"growth-{name}"))
            databases[name] = Database(programs[-1], size)
        for what in ("events", "weeks"):
            _compare(databases, what, row)
    finally:
        for program in programs:
            program.stop()


def _compare(databases, what, row):
    loads = {name: [] for name in databases}
    for database in databases.values():
        database.load(getattr(database, what), seconds=1)
    for _ in range(ROUNDS):
        for name, database in databases.items():
            loads[name].append(database.load(getattr(database, what)))
    label = {"events": "event_by_id", "weeks": "window_30"}[what]
    least = None
    for name, measured in loads.items():
        load = wrk.best(measured)
        least = least or load
        row(f"growth/{label}_{name}/p50", load.p50, "ms")
        row(f"growth/{label}_{name}/cpu", load.cpu, "us")
        if load is not least:
            row(f"growth/{label}_{name}/of_1e3", load.p50 / least.p50, "times")
