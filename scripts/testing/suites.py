"""The suites of the project: what there is to run and how each is run."""

import concurrent.futures
import contextlib
import dataclasses
import os
import pathlib
import signal
import subprocess
import tempfile
import time

import postgres
import program
import results

PYTHON = "/usr/bin/python3"  # the distribution's, where its pytest is


@dataclasses.dataclass
class Context:
    root: pathlib.Path
    build: pathlib.Path
    environment: dict
    seed: int
    filter: str
    full: bool

    @property
    def reports(self):
        return self.build / "test-reports"

    @property
    def binary(self):
        return self.build / "bin" / "scheduling-worker"

    @property
    def limit(self):
        """Seconds after which a suite hangs rather than works."""
        return 3 * 3600 if self.full else 900


@dataclasses.dataclass
class Suite:
    name: str
    kind: str  # gtest, service, scripts, e2e, node or web
    path: pathlib.Path
    together: bool  # may run beside others


@dataclasses.dataclass
class Outcome:
    suite: Suite
    cases: list
    seconds: float
    log: pathlib.Path


def discover(context):
    """All suites that exist; only one when the filter is its name."""
    found = []
    for program in sorted((context.build / "tests").glob("*")):
        if program.name.startswith(("unit_", "contract_")) and os.access(program, os.X_OK):
            if program.is_file():
                found.append(Suite(program.name, "gtest", program, True))
    web = context.root / "web"
    if (web / "package.json").exists():
        found.append(Suite("web", "web", web, True))
    scripts = context.root / "tests" / "scripts"
    if list(scripts.glob("test_*.py")):
        found.append(Suite("scripts", "scripts", scripts, True))
    stand_in = context.root / "tests" / "google_calendar"
    if list((stand_in / "tests").glob("test_*.py")):
        found.append(Suite("google_calendar", "scripts", stand_in / "tests", True))
    if list((stand_in / "node").glob("*.test.mjs")):
        found.append(Suite("google_calendar_client", "node", stand_in / "node", True))
    service = context.root / "tests" / "service"
    if list(service.rglob("test_*.py")):
        found.append(Suite("service", "service", service, False))
    e2e = context.root / "tests" / "e2e"
    if list(e2e.glob("*.test.mjs")) + list(e2e.glob("*.test.js")):
        found.append(Suite("e2e", "e2e", e2e, False))
    named = [suite for suite in found if suite.name == context.filter]
    if named:
        context.filter = ""
    return named or found


def run_all(chosen, context, jobs, progress):
    """Runs the suites, those that may at the same time; answers their outcomes in that order."""
    context.reports.mkdir(parents=True, exist_ok=True)

    def run_and_tell(suite):
        outcome = run(suite, context)
        progress(outcome)
        return outcome

    outcomes = []
    workers = concurrent.futures.ThreadPoolExecutor(max_workers=max(1, jobs))
    with database_for(chosen, context), workers as pool:
        outcomes += pool.map(run_and_tell, [suite for suite in chosen if suite.together])
    outcomes += [run_and_tell(suite) for suite in chosen if not suite.together]
    return outcomes


@contextlib.contextmanager
def database_for(chosen, context):
    """While it lasts, contract suites find a PostgreSQL server at SW_POSTGRES_URL, where each makes
    databases of its own; without one installed they skip."""
    if not any(suite.name.startswith("contract_") for suite in chosen):
        yield
        return
    server = postgres.Postgres()
    try:
        if server.programs is not None:
            context.environment["SW_POSTGRES_URL"] = server.start().url
        yield
    finally:
        context.environment.pop("SW_POSTGRES_URL", None)
        server.stop()


@contextlib.contextmanager
def page_for(suite, context):
    """While it lasts, the browser tests find the real program, fresh, at SW_BASE_URL, and another
    one that waits for its owner with a set-up code at SW_SETUP_URL."""
    if suite.kind != "e2e" or not context.binary.exists():
        yield {}
        return
    code = "set-up-of-the-browser-tests"
    with contextlib.ExitStack() as stack:
        page, fresh = (program.Program(context.binary, stack.enter_context(
            tempfile.TemporaryDirectory(prefix="sw-e2e-")), environment)
            for environment in ({}, {"SETUP_CODE": code}))
        for one in (page, fresh):
            stack.callback(one.stop)
            one.start()
        yield {"SW_BASE_URL": page.base_url, "SW_SIGNIN_CODE": page.sign_in_link() or "",
               "SW_SETUP_URL": fresh.base_url, "SW_SETUP_CODE": code,
               "SW_E2E_OUT": str(context.reports / "e2e")}


def run(suite, context):
    report = context.reports / f"{suite.name}.xml"
    log = context.reports / f"{suite.name}.log"
    report.unlink(missing_ok=True)
    command, folder, extra = command_of(suite, context, report)
    started = time.monotonic()
    try:
        with page_for(suite, context) as page:
            environment = {**context.environment, **extra, **page}
            status, hung = execute(command, folder, environment, log, context.limit)
        cases = read(suite, report, log, status, hung)
    except (RuntimeError, TimeoutError, subprocess.TimeoutExpired) as problem:
        cases = [results.Case(suite.name, results.FAILED, f"the program for it: {problem}")]
    return Outcome(suite, cases, time.monotonic() - started, log)


def command_of(suite, context, report):
    """The command of a suite, the folder it runs in and what it needs in its environment."""
    part = context.filter
    binary = {"SW_BINARY": str(context.binary)}
    if suite.kind == "gtest":
        command = [str(suite.path), f"--gtest_output=xml:{report}", "--gtest_shuffle",
                   f"--gtest_random_seed={context.seed % 99999}"]
        if part:
            command.append(f"--gtest_filter=*{part}*")
        return command, context.root, {}
    if suite.kind in ("service", "scripts"):
        command = [PYTHON, "-m", "pytest", str(suite.path), f"--junitxml={report}", "-q", "-ra",
                   "-p", "no:cacheprovider", "--color=no"]
        if part:
            command += ["-k", part]
        return command, context.root, binary
    if suite.kind in ("e2e", "node"):
        reporter = context.root / "scripts" / "testing" / "node_reporter.mjs"
        files = sorted(suite.path.glob("*.test.mjs")) + sorted(suite.path.glob("*.test.js"))
        command = ["node", "--test", "--test-reporter=spec", "--test-reporter-destination=stdout",
                   f"--test-reporter={reporter}", f"--test-reporter-destination={report}"]
        if part:
            command.append(f"--test-name-pattern={part}")
        return command + [str(file) for file in files], suite.path, binary
    command = ["npm", "run", "--silent", "test", "--", "--reporter=default", "--reporter=junit",
               f"--outputFile.junit={report}", f"--sequence.seed={context.seed}", "--passWithNoTests"]
    if part:
        command += ["-t", part]
    return command, suite.path, {}


def execute(command, folder, environment, log, limit):
    """Runs a command in its own process group; answers its status and whether it was stopped at
    the limit, and then with all that it had started."""
    with open(log, "wb") as output:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                                   stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            return process.wait(timeout=limit), False
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return process.wait(), True
        except BaseException:  # Ctrl-C: what was started must not stay behind
            os.killpg(process.pid, signal.SIGTERM)
            raise


def read(suite, report, log, status, hung):
    """The cases of a run. A runner that ended badly without saying which test failed counts as
    one failure of its own, so that nothing is lost silently."""
    text = log.read_text(errors="replace")
    end = "hung and was stopped" if hung else describe_status(status)
    cases = []
    try:
        if suite.kind == "gtest":
            cases = results.read_googletest(report)
        elif suite.kind in ("e2e", "node"):
            cases = results.read_node_events(report.read_text())
        else:
            cases = results.read_junit(report)
    except (OSError, SyntaxError):  # ElementTree's ParseError is one
        if suite.kind == "gtest":
            cases, running = results.read_googletest_output(text)
            name = running or suite.name
            return cases + [results.Case(name, results.FAILED, f"the program {end}\n{tail(text)}")]
    nothing_chosen = suite.kind in ("service", "scripts") and status == 5  # pytest's "no tests"
    failed = any(case.outcome == results.FAILED for case in cases)
    if (status != 0 or hung) and not failed and not nothing_chosen:
        cases.append(results.Case(suite.name, results.FAILED, f"the runner {end}\n{tail(text)}"))
    return cases


def describe_status(status):
    if status < 0:
        return f"was ended by {signal.Signals(-status).name}"
    return f"ended with status {status}"


def tail(text, lines=40):
    return "\n".join(text.splitlines()[-lines:])
