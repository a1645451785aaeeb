"""What tests came to, whatever ran them, and how each runner's own report is read."""

import dataclasses
import json
import re
import xml.etree.ElementTree as ElementTree

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"


@dataclasses.dataclass
class Case:
    name: str
    outcome: str  # PASSED, FAILED or SKIPPED
    detail: str = ""  # why it failed or was skipped
    seconds: float = 0.0


def read_googletest(path):
    """The cases of a GoogleTest XML report; a case left out by a filter does not count."""
    cases = []
    for element in ElementTree.parse(path).iter("testcase"):
        if element.get("status") == "notrun" or element.get("result") == "suppressed":
            continue
        name = f"{element.get('classname')}.{element.get('name')}"
        seconds = float(element.get("time") or 0)
        failures = [failure.get("message") or failure.text or "" for failure in element.iter("failure")]
        skipped = element.find("skipped")
        if failures:
            cases.append(Case(name, FAILED, "\n".join(failures), seconds))
        elif skipped is not None or element.get("result") == "skipped":
            message = skipped.get("message", "") if skipped is not None else ""
            cases.append(Case(name, SKIPPED, reason_of(message), seconds))
        else:
            cases.append(Case(name, PASSED, "", seconds))
    return cases


def reason_of(message):
    """GoogleTest puts `file:line` and the word Skipped before a reason."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    lines = [line for line in lines if line != "Skipped" and not re.match(r"^\S+\.(cpp|h):\d+$", line)]
    return " ".join(lines) or "no reason given"


def read_googletest_output(text):
    """The same from what a GoogleTest program printed before it crashed or was stopped. The test
    that had begun but not ended is the one that failed."""
    cases, running = [], None
    for line in text.splitlines():
        begun = re.match(r"^\[ RUN      \] (\S+)", line)
        ended = re.match(r"^\[ {7}OK \] (\S+)|^\[ {2}(FAILED|SKIPPED) {0,2}\] (\S+)", line)
        if begun:
            running = begun.group(1)
        elif ended and running:
            word = ended.group(2)
            outcome = {None: PASSED, "FAILED": FAILED, "SKIPPED": SKIPPED}[word]
            cases.append(Case(running, outcome, "see the output" if outcome == FAILED else ""))
            running = None
    return cases, running


def read_junit(path):
    """The cases of a JUnit report as pytest and vitest write it."""
    cases = []
    for element in ElementTree.parse(path).iter("testcase"):
        where = (element.get("classname") or "").removeprefix("tests.")
        name = f"{where}: {element.get('name')}" if where else element.get("name")
        seconds = float(element.get("time") or 0)
        problems = [p for p in element if p.tag in ("failure", "error")]
        skipped = element.find("skipped")
        if problems:
            text = "\n".join(p.text or p.get("message") or "" for p in problems)
            cases.append(Case(name, FAILED, text, seconds))
        elif skipped is not None:
            cases.append(Case(name, SKIPPED, skipped.get("message") or "no reason given", seconds))
        else:
            cases.append(Case(name, PASSED, "", seconds))
    return cases


def read_node_events(text):
    """The cases of node's test runner by node_reporter.mjs: one JSON object a line. A file that
    fails as a whole counts once, a file or group that passes not at all."""
    cases = []
    for line in text.splitlines():
        try:
            event = json.loads(line)
        except json.JSONDecodeError:
            continue
        if event["group"]:
            if event["outcome"] == FAILED and not any(case.outcome == FAILED for case in cases):
                cases.append(Case(event["name"], FAILED, event["detail"]))
            continue
        cases.append(Case(event["name"], event["outcome"], event["detail"], event["seconds"]))
    return cases
