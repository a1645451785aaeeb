"""What a person reads: a line for each suite as it ends, then the summary."""

import results


def count(cases, outcome):
    return sum(case.outcome == outcome for case in cases)


def progress(outcome):
    cases = outcome.cases
    parts = [f"{count(cases, results.PASSED)} passed"]
    for word in (results.FAILED, results.SKIPPED):
        if count(cases, word):
            parts.append(f"{count(cases, word)} {word}")
    mark = "FAIL" if count(cases, results.FAILED) else "ok"
    if not cases:
        return
    print(f"  {mark:4} {outcome.suite.name:28} {outcome.seconds:7.1f} s  {', '.join(parts)}", flush=True)


def excerpt(text, lines=30):
    """The first lines of a failure, where its assertion is."""
    found = text.strip().splitlines()
    cut = found[:lines]
    if len(found) > lines:
        cut.append(f"... {len(found) - lines} more lines")
    return "\n".join("      " + line for line in cut)


def summary(outcomes, part):
    """Prints failed and skipped tests and the closing line; answers the exit status."""
    failed = [(o, case) for o in outcomes for case in o.cases if case.outcome == results.FAILED]
    skipped = [(o, case) for o in outcomes for case in o.cases if case.outcome == results.SKIPPED]
    passed = sum(count(o.cases, results.PASSED) for o in outcomes)

    if skipped:
        print("\nSkipped:")
        for outcome, case in skipped:
            print(f"  {outcome.suite.name}: {case.name}\n      {' '.join(case.detail.split())}")
    if failed:
        print("\nFailed:")
        for outcome, case in failed:
            print(f"  {outcome.suite.name}: {case.name}   (all output: {outcome.log})")
            print(excerpt(case.detail))
    print()
    if passed + len(failed) == 0:
        print(f"no test ran{f' for {part!r}' if part else ''}")
    print(f"{passed} passed, {len(failed)} failed, {len(skipped)} skipped", flush=True)
    return 1 if failed or passed == 0 else 0
