"""Holds the folders of src/ to the layers of docs/architecture.md by reading `#include` lines.

usage: check_layers.py [SRC]     prints every wrong arrow; exit status 1 when there is one

Three rules:
1. A folder includes itself and what stands below it (ALLOWED).
2. An adapter is seen by app alone, and of another adapter it sees the HTTP client at most.
3. A third-party header stands only in adapters/ and in .cpp files of base, obs, recommend and app;
   cctz only in base.
"""

import pathlib
import re
import sys

# From the lowest to the highest. Folders in one line are siblings and do not know each other.
LAYERS = [
    ["base"],
    ["obs"],
    ["jobs"],
    ["accounts"],
    ["calendar"],
    ["goals", "habits", "tasks"],
    ["recommend", "sync", "reminders", "webhooks"],
    ["api"],
    ["adapters"],
    ["app"],
]
RANK = {folder: rank for rank, folders in enumerate(LAYERS) for folder in folders}
HTTP_CLIENT = re.compile(r"^adapters/http/[a-z_]*client[a-z_]*\.h$")
THIRD_PARTY_CPP = {"base", "obs", "recommend", "app"}

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')
STANDARD = re.compile(r"^[a-z_0-9]+$")  # C++ headers have neither folder nor suffix
SYSTEM = re.compile(
    r"^(sys|linux|netinet|arpa|net|bits)/[a-z_0-9./]+\.h$"
    r"|^(alloca|cxxabi|dirent|dlfcn|elf|errno|execinfo|fcntl|grp|ifaddrs|link|malloc|netdb|poll"
    r"|pthread|pwd|sched|semaphore|signal|spawn|syslog|termios|time|ucontext|unistd)\.h$"
)


def problem_of(path, kind, header):
    """What is wrong with an include of a file (its path below src/), or None."""
    parts = path.parts
    layer = parts[0]
    if kind == "<":
        if STANDARD.match(header) or SYSTEM.match(header):
            return None
        if header.startswith("cctz/") and layer != "base":
            return "cctz stays behind base/zone.h"
        if layer == "adapters" or (layer in THIRD_PARTY_CPP and path.suffix == ".cpp"):
            return None
        return "a third-party header belongs in adapters/ or a .cpp file of base, obs, recommend or app"
    target = header.split("/")[0]
    if target not in RANK:
        return "is not below src/ (write the path from src/)"
    if target == "adapters" and layer == "adapters":
        own = header.split("/")[1] == parts[1]
        return None if own or HTTP_CLIENT.match(header) else "adapters do not know each other"
    if target == layer:
        return None
    if RANK[target] == RANK[layer]:
        return f"{layer} and {target} are siblings; they talk through the change log"
    if RANK[target] > RANK[layer]:
        return f"{target} stands above {layer}"
    return None


def check(source):
    """All wrong includes below a folder, as texts."""
    found = []
    for file in sorted(source.rglob("*")):
        if file.suffix not in (".h", ".cpp"):
            continue
        path = file.relative_to(source)
        if path.parts[0] not in RANK:
            found.append(f"src/{path}: the folder is no layer; name it in scripts/check_layers.py")
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            include = INCLUDE.match(line)
            problem = include and problem_of(path, include.group(1), include.group(2))
            if problem:
                found.append(f"src/{path}:{number}: {include.group(2)}: {problem}")
    return found


def main():
    root = pathlib.Path(__file__).resolve().parents[1]
    source = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else root / "src"
    found = check(source)
    for problem in found:
        print(problem, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
