"""Checks what a compiler does not read: no unfinished business in the sources, no file that grew
beyond a reader's head, no lock file with addresses, no link in the documentation that leads nowhere.

usage: check_texts.py
"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
LONGEST_SOURCE = 500  # lines
CODE = {".h", ".cpp", ".py", ".sh", ".ts", ".tsx", ".mjs", ".js", ".cmake", ".css", ".sql"}
GENERATED = re.compile(r"(^|/)(zone_alias_table\.cpp|schema\.d\.ts|package-lock\.json)$")

# Written in pieces, so that this file passes its own check.
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
PRETENDING = re.compile(
    r"\b(for n" r"ow|simplified ver" r"sion|in a real sys" r"tem|[Nn]ot imple" r"mented)\b"
)
OWN_MACHINE = re.compile(r"(^|[\s\"'=(`])/(wo" r"rk|ro" r"ot|ho" r"me/[a-z]+)/[A-Za-z.]")
LINK = re.compile(r"(?<!\!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")


def tracked():
    """The paths of all files that git has or would take."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True,
    ).stdout.decode()
    return [path for path in listed.split("\0") if path and (ROOT / path).is_file()]


def check_lines(path, text):
    for number, line in enumerate(text.splitlines(), 1):
        for pattern in (UNFINISHED, PRETENDING):
            found = pattern.search(line)
            if found:
                yield f"{path}:{number}: '{found.group(0)}': finish it or file it"
        # Tests may make up any path.
        if OWN_MACHINE.search(line) and not path.startswith("tests/"):
            yield f"{path}:{number}: a path of somebody's own machine"


def check_size(path, text):
    lines = text.count("\n")
    if path.startswith(("src/", "tests/", "bench/")) and lines > LONGEST_SOURCE:
        yield f"{path}: {lines} lines; split it by subject (at most {LONGEST_SOURCE})"


def check_lock_file(path, text):
    if re.search(r'"resolved":\s*"http', text):
        yield f"{path}: names a registry; npm's omit-lockfile-registry-resolved leaves that out"


def anchors_of(text):
    """The anchors of a page's headings, made the way code hosts make them."""
    anchors = set()
    for heading in re.findall(r"^#+ +(.*)$", text, re.MULTILINE):
        anchor = re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
        anchors.add(anchor)
    return anchors


def check_links(path, text):
    text = re.sub(r"```.*?```", lambda code: "\n" * code.group(0).count("\n"), text, flags=re.DOTALL)
    for number, line in enumerate(text.splitlines(), 1):
        for match in LINK.finditer(re.sub(r"`[^`]*`", "", line)):
            target = match.group(1) or match.group(2)
            if re.match(r"^[a-z]+:", target):
                continue
            name, _, anchor = target.partition("#")
            page = (ROOT / path).parent / name if name else ROOT / path
            if not page.exists():
                yield f"{path}:{number}: the link {target} leads nowhere"
            elif anchor and page.suffix == ".md":
                if anchor not in anchors_of(page.read_text(encoding="utf-8")):
                    yield f"{path}:{number}: {name or path} has no heading for #{anchor}"


def problems_of(path):
    suffix = pathlib.PurePosixPath(path).suffix
    try:
        text = (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        if suffix in CODE or suffix == ".md":
            yield f"{path}: is not UTF-8"
        return
    if path.endswith("package-lock.json"):
        yield from check_lock_file(path, text)
    if GENERATED.search(path):
        return
    if suffix in CODE or suffix == ".md" or path in ("dev", ".ci/run", "Dockerfile"):
        yield from check_lines(path, text)
    if suffix in CODE:
        yield from check_size(path, text)
    if suffix == ".md":
        yield from check_links(path, text)


def main():
    found = [problem for path in tracked() for problem in problems_of(path)]
    for problem in found:
        print(problem, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
