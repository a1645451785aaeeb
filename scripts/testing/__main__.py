"""Runs every test of the project and sums up: what `./dev test` calls once all is built.

usage: python3 scripts/testing --build build/dev [--full] [--jobs N] [FILTER]

FILTER is the name of a suite (unit_base, service, e2e, web) or a part of test names. The last line
is `N passed, N failed, N skipped`; the exit status is 0 only when something ran and nothing failed.
"""

import argparse
import os
import pathlib
import random
import sys

import report
import suites

ROOT = pathlib.Path(__file__).resolve().parents[2]


def arguments():
    parser = argparse.ArgumentParser(prog="./dev test")
    parser.add_argument("filter", nargs="?", default="")
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--full", action="store_true", help="the counts that acceptance asks for")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", default="", help="suite kinds, by comma: gtest,scripts,service,e2e,node,web")
    return parser.parse_args()


def main():
    options = arguments()
    seed = int(os.environ.get("SW_SEED") or random.randint(1, 99999))
    environment = dict(os.environ, SW_SEED=str(seed))
    if options.full:
        environment["SW_FULL"] = "1"
    context = suites.Context(
        root=ROOT,
        build=options.build.resolve(),
        environment=environment,
        seed=seed,
        filter=options.filter,
        full=options.full,
    )
    print(f"seed {seed} (repeat with SW_SEED={seed})", flush=True)
    chosen = suites.discover(context)
    kinds = [kind for kind in options.only.split(",") if kind]
    if kinds:
        chosen = [suite for suite in chosen if suite.kind in kinds]
    outcomes = suites.run_all(chosen, context, options.jobs, report.progress)
    return report.summary(outcomes, options.filter)


if __name__ == "__main__":
    sys.exit(main())
