"""How long the compiler takes, without a cache: one handler's file, and with --large the whole
program from nothing, configuring included, on all cores.

Prints rows `name value unit`. A machine that does other work meanwhile shows in the time of the
clock, less in the processor's: both are told.
"""

import argparse
import json
import os
import pathlib
import re
import resource
import shlex
import shutil
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
HANDLER = ROOT / "src" / "api" / "calendar_routes.cpp"
ROUNDS = 3


def timed(command, folder):
    """Seconds of the clock and of the processors that a command takes; it must end well."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL,
                   env={**os.environ, "CCACHE_DISABLE": "1"})
    clock = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def handler(build):
    """The best of the rounds of one file, as the build compiles it."""
    for entry in json.loads((build / "compile_commands.json").read_text()):
        if pathlib.Path(entry["file"]) == HANDLER:
            break
    else:
        raise RuntimeError(f"{build} does not compile {HANDLER}")
    command = shlex.split(re.sub(r" -o \S+", " -o /dev/null", entry["command"]))
    # The precompiled header that it uses belongs to the target and is made once.
    subprocess.run(["ninja", "-C", str(build), "sw_api"], check=True, stdout=subprocess.DEVNULL)
    return min(timed(command, entry["directory"]) for _ in range(ROUNDS))


def everything(build):
    """The whole program in a folder of its own, with the settings of `build`."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-compile-", dir=ROOT / "build"))
    cache = (build / "CMakeCache.txt").read_text()
    settings = [f"-D{name}={value}" for name, value in
                re.findall(r"^(CMAKE_BUILD_TYPE|CMAKE_CXX_FLAGS_RELEASE):\w+=(.+)$", cache, re.MULTILINE)]
    script = shlex.join(["cmake", "-S", str(ROOT), "-B", str(folder), "-G", "Ninja", "-DSW_TESTS=OFF",
                         *settings]) + f" && ninja -C {folder} scheduling-worker"
    try:
        return timed(["sh", "-c", script], ROOT)
    finally:
        shutil.rmtree(folder)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--large", action="store_true", help="the whole program, too")
    options = parser.parse_args()
    build = pathlib.Path(os.environ.get("SW_BUILD", ROOT / "build" / "release"))
    measured = {"handler": handler(build)}
    if options.large:
        measured["everything"] = everything(build)
    for name, (clock, processor) in measured.items():
        print(f"{name}/clock {clock:.2f} s")
        print(f"{name}/processor {processor:.2f} s")


if __name__ == "__main__":
    main()
