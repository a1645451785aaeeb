"""Runs the benches and writes docs/benchmarks.md: what `./dev bench` calls once all is built.

usage: bench.py --build build/release [--large] [--check] [NAME]

A bench is a program `bench_NAME` of Google Benchmark, or a script bench/NAME_bench.py or .mjs that
prints rows `name value unit [ratio]` and takes --large. What its rows must reach, and which row of
the same run each is compared with, stands in bench/targets.json:
  {"recurrence": {"walk_utc/daily": {"beside": "walk_libical/daily", "ratio": 100, "least": 8e7}}}
(`least` and `most` in the row's unit; `ratio` is the least). With --check a missed target fails.
"""

import argparse
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "benchmarks.md"
RESULTS = ROOT / "build" / "bench-results.json"


def arguments():
    parser = argparse.ArgumentParser(prog="./dev bench")
    parser.add_argument("name", nargs="?", default="")
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--large", action="store_true", help="data of full size; takes long")
    parser.add_argument("--check", action="store_true", help="a missed target fails")
    return parser.parse_args()


def benches(build):
    """Each bench's name and command."""
    found = {}
    for program in sorted((build / "bench").glob("bench_*")):
        name = program.name.removeprefix("bench_")
        # Servers that a bench starts are built there, too.
        if (ROOT / "bench" / f"{name}_bench.cpp").exists() and os.access(program, os.X_OK):
            found[name] = [
                str(program), "--benchmark_format=json", "--benchmark_min_time=0.3"]
    for script in sorted((ROOT / "bench").glob("*_bench.*")):
        runner = {".py": "/usr/bin/python3", ".mjs": "node"}.get(script.suffix)
        if runner:
            found[re.sub(r"_bench$", "", script.stem)] = [runner, str(script)]
    return found


def rows_of(output):
    """Rows of either kind of output: name -> (value, unit, ratio or None)."""
    if output.lstrip().startswith("{"):
        rows = {}
        for entry in json.loads(output)["benchmarks"]:
            if "items_per_second" in entry:
                rows[entry["name"]] = (entry["items_per_second"], "items/s", None)
            else:
                rows[entry["name"]] = (entry["real_time"], entry["time_unit"], None)
        return rows
    rows = {}
    for line in output.splitlines():
        found = re.match(r"^(\S+)\s+([0-9.eE+-]+)\s+(\S+)(?:\s+([0-9.]+))?$", line)
        if found:
            name, value, unit, ratio = found.groups()
            rows[name] = (float(value), unit, float(ratio) if ratio else None)
    return rows


def readable(value):
    """A figure with three digits that matter: 812, 79.4, 1.23 M."""
    for factor, letter in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if abs(value) >= factor * 10 or (factor > 1e3 and abs(value) >= factor):
            return f"{value / factor:.3g}{letter}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def judge(name, rows, targets):
    """One row of the table: figures, what was asked, and whether it was met (None: not asked)."""
    value, unit, ratio = rows[name]
    target = targets.get(name, {})
    rival = rows.get(target.get("beside"))
    if rival and ratio is None:
        # More is better for rates, less for times.
        ratio = value / rival[0] if unit.endswith("/s") else rival[0] / value
    asked, met = [], []
    for key, words, holds in (
        ("least", "≥ {} {}", lambda bound: value >= bound),
        ("most", "≤ {} {}", lambda bound: value <= bound),
    ):
        if key in target:
            asked.append(words.format(readable(target[key]), unit))
            met.append(holds(target[key]))
    if "ratio" in target:
        asked.append(f"≥ {target['ratio']} × {target.get('beside', 'its rival')}")
        met.append(ratio is not None and ratio >= target["ratio"])
    return {"name": name, "value": value, "unit": unit, "ratio": ratio, "asked": ", ".join(asked),
            "met": all(met) if met else None}


def run(name, command, options, targets):
    environment = dict(os.environ, SW_BINARY=str(options.build.resolve() / "bin" / "scheduling-worker"),
                       SW_BUILD=str(options.build.resolve()))
    if options.large and "--benchmark_format=json" not in command:
        command = [*command, "--large"]
    print(f"  {name} ...", flush=True)
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        print(f"bench {name} ended with status {done.returncode}", file=sys.stderr)
        return None
    rows = rows_of(done.stdout)
    judged = [judge(row, rows, targets.get(name, {})) for row in rows]
    for row in judged:
        verdict = {True: "met", False: "MISSED", None: ""}[row["met"]]
        ratio = f"{row['ratio']:.2f}×" if row["ratio"] else ""
        figure = f"{readable(row['value']):>9} {row['unit']:8} {ratio:>9} {verdict}"
        print(f"    {row['name']:44} {figure}".rstrip(), flush=True)
    return {"rows": judged, "command": " ".join(command).replace(f"{ROOT}/", ""),
            "date": datetime.date.today().isoformat(), "large": options.large}


def machine():
    processor = re.search(r"^model name\s*: (.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    memory = re.search(r"^MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())
    system = re.search(r'^PRETTY_NAME="(.*)"', pathlib.Path("/etc/os-release").read_text(), re.MULTILINE)
    compiler = subprocess.run(["g++", "-dumpfullversion"], capture_output=True, text=True, check=False)
    return (f"{os.cpu_count()} cores of {processor.group(1) if processor else os.uname().machine}, "
            f"{int(memory.group(1)) / 1048576:.0f} GiB, {system.group(1) if system else 'Linux'}, "
            f"Linux {os.uname().release}, g++ {compiler.stdout.strip()}")


def write_page(results):
    lines = ["# Benchmarks", "",
             "Written by `./dev bench`, which repeats all of it (`./dev bench NAME` one part, `--large` with",
             "data of full size). Figures of one run compare with each other, not with those of another",
             "machine; what stands beside a figure was measured in the same run.", "",
             f"Machine: {machine()}.", ""]
    for name, result in sorted(results.items()):
        size = ", large" if result["large"] else ""
        lines += [f"## {name}", "", f"`{result['command']}`, {result['date']}{size}", "",
                  "| what | figure | ratio | asked | |", "| --- | ---: | ---: | --- | --- |"]
        for row in result["rows"]:
            ratio = f"{row['ratio']:.2f} ×" if row["ratio"] else ""
            verdict = {True: "met", False: "**missed**", None: ""}[row["met"]]
            figure = f"{readable(row['value'])} {row['unit']}"
            lines.append(f"| {row['name']} | {figure} | {ratio} | {row['asked']} | {verdict} |")
        lines.append("")
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text("\n".join(lines))
    print(f"wrote {PAGE.relative_to(ROOT)}")


def main():
    options = arguments()
    path = ROOT / "bench" / "targets.json"
    targets = json.loads(path.read_text()) if path.exists() else {}
    chosen = {n: c for n, c in benches(options.build).items() if options.name in ("", n)}
    if not chosen:
        print(f"there is no bench {options.name}".rstrip(), file=sys.stderr)
        return 1
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    failed = False
    for name, command in chosen.items():
        result = run(name, command, options, targets)
        if result is None:
            failed = True
            continue
        results[name] = result
        missed = any(row["met"] is False for row in result["rows"])
        failed = failed or (options.check and missed)
    RESULTS.write_text(json.dumps(results, indent=1))
    write_page(results)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
