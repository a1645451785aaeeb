"""Holds tests/golden/requirements.txt true: every proof exists, and nothing of the requirement is
left out where its text is at hand."""

import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIST = ROOT / "tests" / "golden" / "requirements.txt"
TEXT = ROOT.parent / "shared" / "requirements" / "monitoring.md"

FEATURES = {"calendar-sync", "goals-and-habits", "reminders", "recommendations", "redis-and-kafka",
            "rules-and-dashboards"}
KINDS = {"metric", "endpoint", "health-key", "health-check", "log-level", "log-key", "log-aggregation",
         "alert", "panel", "sql-query", "span", "span-tag", "trace-context", "sentry-option",
         "error-class", "apm", "performance-record", "runbook-step", "postmortem-section",
         "config-key", "default", "variable", "practice"}


def entries():
    """(kind, name, proof) of every line."""
    found = []
    for line in LIST.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            parts = [part.strip() for part in line.split(" | ")]
            assert len(parts) == 3, f"no KIND | NAME | PROOF: {line}"
            found.append(tuple(parts))
    return found


def names(kind):
    return {name for each, name, _ in entries() if each == kind}


def has_test(file, name):
    """Whether a file defines a test of that name, which is not switched off."""
    path = ROOT / file
    if not path.is_file():
        return False
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return re.search(rf"^\s*(async )?def {re.escape(name)}\(", text, re.MULTILINE) is not None
    suite, _, case = name.partition(".")
    return re.search(rf"\bTEST(_F|_P)?\(\s*{re.escape(suite)},\s*{re.escape(case)}\s*\)", text) is not None


def has_text(file, beginning):
    """Whether a page has a line that begins so, apart from the marks of lists and headings."""
    path = ROOT / file
    if not path.is_file():
        return False
    lines = path.read_text(encoding="utf-8").splitlines()
    return any(re.sub(r"^(#+|\d+\.|[-*])\s+", "", line.strip()).startswith(beginning) for line in lines)


def problem_of(proof):
    word, _, rest = proof.partition(" ")
    first, _, second = rest.partition(" ")
    if word == "test":
        return None if has_test(first, second) else f"there is no test {second} in {first}"
    if word == "page":
        return None if has_text(first, second) else f"{first} has no line that begins with {second!r}"
    if word == "pending":
        return None if rest in FEATURES else f"{rest} is no feature"
    return f"{word} is no kind of proof"


def test_every_line_has_a_kind_and_a_name_of_its_own():
    seen = set()
    for kind, name, _ in entries():
        assert kind in KINDS, kind
        assert (kind, name) not in seen, f"{kind} {name} is there twice"
        seen.add((kind, name))


def test_every_proof_is_there():
    problems = [f"{kind} {name}: {problem}" for kind, name, proof in entries()
                if (problem := problem_of(proof))]
    assert not problems, "\n".join(problems)


def test_every_metric_is_in_the_catalogue_and_in_the_golden_exposition():
    catalogue = (ROOT / "src/obs/metric_catalog.h").read_text(encoding="utf-8")
    golden = (ROOT / "tests/golden/metrics.txt").read_text(encoding="utf-8")
    absent = set(re.findall(r"^# ABSENT (\S+)$", golden, re.MULTILINE))
    for metric in names("metric"):
        assert f'"{metric}"' in catalogue, metric
        assert f"# TYPE {metric} " in golden or metric in absent, metric


def test_every_variable_and_key_is_in_the_configuration():
    tables = "".join((ROOT / "src/base" / file).read_text(encoding="utf-8")
                     for file in ("config_telemetry.cpp", "config_service.cpp", "config_access.cpp"))
    for variable in names("variable"):
        assert f'.name = "{variable}"' in tables, variable
    for key in names("config-key"):
        assert f'.treeKey = "{key}"' in tables, key


@pytest.fixture(scope="module")
def requirement():
    if not TEXT.is_file():
        pytest.skip(f"the requirement's text is not here ({TEXT})")
    return TEXT.read_text(encoding="utf-8")


def section(text, heading):
    """What stands below a heading, up to the next of its level or above; code blocks have none."""
    level = len(heading) - len(heading.lstrip("#"))
    found, inside, code = [], False, False
    for line in text.splitlines():
        code ^= line.startswith("```")
        mark = None if code else re.match(r"(#+) ", line)
        if inside and mark and len(mark.group(1)) <= level:
            break
        if inside:
            found.append(line)
        inside = inside or line == heading
    assert inside, heading
    return "\n".join(found) + "\n"


def bullets(text):
    return [match.strip() for match in re.findall(r"^- (.+)$", text, re.MULTILINE)]


def steps(text):
    """Numbered lines, without what follows a bold beginning."""
    return [re.sub(r"^\*\*(.+?)\*\*.*$", r"\1", line) for line in re.findall(r"^\d+\. (.+)$", text, re.MULTILINE)]


def blocks(text, language):
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def test_metrics_are_those_of_the_requirement(requirement):
    found = set(re.findall(r"\b(?:scheduling|process)_[a-z_]*[a-z]", requirement)) - {"process_sync"}
    found = {re.sub(r"_(bucket|sum|count)$", "", name) for name in found}
    assert found == names("metric")


def test_endpoints_are_those_of_the_requirement(requirement):
    found = set(re.findall(r"^(GET /health\S*)$", requirement, re.MULTILINE)) | {"GET /metrics"}
    assert found == names("endpoint")
    keys = set(re.findall(r'"(\w+)":', blocks(section(requirement, "#### Basic Health Check"), "json")[0]))
    assert keys == names("health-key")
    checks = [check for heading in ("#### Readiness Check", "#### Liveness Check")
              for check in bullets(section(requirement, heading))]
    assert set(checks) == names("health-check")


def test_logs_are_those_of_the_requirement(requirement):
    levels = re.findall(r"^- \*\*(\w+)\*\*", section(requirement, "### Log Levels"), re.MULTILINE)
    assert set(levels) == names("log-level")
    keys = re.findall(r'"(\w+)":', blocks(section(requirement, "### Structured Logging"), "json")[0])
    assert set(keys) == names("log-key")
    parts = re.findall(r"^- \*\*(\w+)\*\*", section(requirement, "### Log Aggregation"), re.MULTILINE)
    assert set(parts) == names("log-aggregation")


def test_alerts_panels_and_queries_are_those_of_the_requirement(requirement):
    assert set(re.findall(r"^- alert: (\w+)", requirement, re.MULTILINE)) == names("alert")
    dashboards = section(requirement, "### Grafana Dashboard")
    panels = {f"{title}: {panel}" for title in re.findall(r"^#### (.+)$", dashboards, re.MULTILINE)
              for panel in bullets(section(dashboards, f"#### {title}"))}
    assert panels == names("panel")
    queries = re.findall(r"^#### (.+)$", section(requirement, "### Custom Panels"), re.MULTILINE)
    assert set(queries) == names("sql-query")


def test_traces_and_errors_are_those_of_the_requirement(requirement):
    tracing = section(requirement, "### Distributed Tracing")
    assert set(re.findall(r"startSpan\('(\w+)'\)", tracing)) == names("span")
    assert set(re.findall(r"setTag\('([\w.]+)'", tracing)) == names("span-tag")

    def bold(heading):
        return set(re.findall(r"^- \*\*(.+?)\*\*", section(requirement, heading), re.MULTILINE))

    assert bold("### Trace Context") == names("trace-context")
    assert bold("### Error Classification") == names("error-class")
    assert bold("### APM (Application Performance Monitoring)") == names("apm")
    options = re.findall(r"^  (\w+):", blocks(section(requirement, "### Sentry Integration"), "typescript")[0],
                         re.MULTILINE)
    assert set(options) == names("sentry-option")
    records = re.findall(r"record\('(\w+)'", section(requirement, "### Custom Performance Metrics"))
    assert set(records) == names("performance-record")


def test_runbooks_and_practices_are_those_of_the_requirement(requirement):
    runbooks = section(requirement, "### Runbooks")
    found = {f"{title}: {step}" for title in re.findall(r"^#### (.+)$", runbooks, re.MULTILINE)
             for step in steps(section(runbooks, f"#### {title}"))}
    assert found == names("runbook-step")
    assert set(steps(section(requirement, "### Post-Mortem Process"))) == names("postmortem-section")
    practices = section(requirement, "## Best Practices")
    found = {f"{title}: {step}" for title in re.findall(r"^### (.+)$", practices, re.MULTILINE)
             for step in steps(section(practices, f"### {title}"))}
    assert found == names("practice")


def test_configuration_is_that_of_the_requirement(requirement):
    variables = re.findall(r"^([A-Z_]+)=", blocks(section(requirement, "### Environment Variables"), "bash")[0],
                           re.MULTILINE)
    assert set(variables) == names("variable")
    path, keys = [], set()
    for line in blocks(section(requirement, "### Monitoring Configuration"), "typescript")[0].splitlines():
        if opened := re.match(r"\s+(\w+): \{$", line):
            path.append(opened.group(1))
        elif re.match(r"\s+\},?$", line):
            path.pop()
        elif value := re.match(r"\s+(\w+): ", line):
            keys.add(".".join([*path, value.group(1)]))
    assert keys == names("config-key")
    for default in names("default"):
        assert default in requirement, default
