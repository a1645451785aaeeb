"""Runs clang-tidy on every C++ file that is not known to be clean.

usage: lint_cpp.py --build FOLDER --tool clang-tidy-19 [--jobs N] [--deep] [--all] [PATH...]

A file is known to be clean when it was found so before with the same content, the same content of
all project headers that it reaches, the same rules and the same compile command: those make the
name of an empty file in .cache/lint. `--deep` adds the static analyzer, `--all` forgets what is
known. Given paths, only files whose path holds one of them are looked at.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
KNOWN = ROOT / ".cache" / "lint"
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)
PLACES = [ROOT / "src", ROOT / "tests", ROOT / "bench"]
DEEP = "--checks=clang-analyzer-*,bugprone-unchecked-optional-access,-clang-analyzer-optin.performance*"


class Headers:
    """The project headers that a file reaches, by following its includes."""

    def __init__(self):
        self.direct = {}

    def of(self, file):
        if file not in self.direct:
            names = INCLUDE.findall(file.read_text(encoding="utf-8"))
            candidates = [[place / name for place in [file.parent, *PLACES]] for name in names]
            found = [next((p for p in group if p.is_file()), None) for group in candidates]
            self.direct[file] = [header.resolve() for header in found if header]
        return self.direct[file]

    def closure(self, file):
        seen, waiting = set(), [file]
        while waiting:
            for header in self.of(waiting.pop()):
                if header not in seen:
                    seen.add(header)
                    waiting.append(header)
        return sorted(seen)


def arguments():
    parser = argparse.ArgumentParser(prog="lint_cpp.py")
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--tool", required=True)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--deep", action="store_true")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("paths", nargs="*")
    return parser.parse_args()


def compiled_files(build):
    """Each source of ours in the compilation database, with the command that compiles it."""
    entries = json.loads((build / "compile_commands.json").read_text())
    commands = {}
    for entry in entries:
        file = pathlib.Path(entry["file"])
        if any(file.is_relative_to(place) for place in PLACES):
            words = shlex.split(entry["command"])
            commands[file] = [word for word in words if str(build.resolve()) not in word and ".o" not in word]
    return commands


def key_of(file, command, headers, rules):
    digest = hashlib.sha256(rules.encode())
    digest.update(" ".join(command).replace(str(ROOT), "").encode())
    for path in [file, *headers.closure(file)]:
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:40]


def rules_of(options):
    version = subprocess.run([options.tool, "--version"], capture_output=True, text=True, check=True)
    files = sorted(p for place in [ROOT, *PLACES] for p in place.glob(".clang-tidy"))
    return version.stdout + "".join(p.read_text() for p in files) + str(options.deep)


def examine(file, options):
    """What clang-tidy says of a file: nothing when it is clean."""
    command = [options.tool, "-p", str(options.build), "--quiet"]
    if options.deep:
        command.append(DEEP)
    done = subprocess.run([*command, str(file)], capture_output=True, text=True, check=False)
    if done.returncode == 0 and "warning:" not in done.stdout and "error:" not in done.stdout:
        return ""
    return done.stdout or done.stderr


def main():
    options = arguments()
    if options.all:
        for known in KNOWN.glob("*"):
            known.unlink()
    KNOWN.mkdir(parents=True, exist_ok=True)
    headers, rules = Headers(), rules_of(options)
    commands = compiled_files(options.build)
    if options.paths:
        commands = {f: c for f, c in commands.items() if any(part in str(f) for part in options.paths)}
    keys = {file: key_of(file, command, headers, rules) for file, command in commands.items()}
    waiting = sorted(file for file, key in keys.items() if not (KNOWN / key).exists())
    print(f"{len(keys)} files, {len(waiting)} to look at", flush=True)
    started, found = time.monotonic(), 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=max(1, options.jobs)) as pool:
        running = {pool.submit(examine, file, options): file for file in waiting}
        for number, future in enumerate(concurrent.futures.as_completed(running), 1):
            file, said = running[future], future.result()
            if said:
                found += 1
                print(said.replace(f"{ROOT}/", ""), flush=True)
            else:
                (KNOWN / keys[file]).touch()
            if number % 20 == 0:
                print(f"  {number} of {len(waiting)}, {time.monotonic() - started:.0f} s", flush=True)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
