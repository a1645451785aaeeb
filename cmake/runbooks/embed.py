"""Turns the runbooks into a C++ file: what src/app/operations/runbooks.h declares.

    embed.py OUTPUT.cpp FILE.md...
"""

import pathlib
import sys

CHUNK = 8000  # compilers limit the length of one literal


def literals(text):
    """The text as string literals that follow each other."""
    pieces = [text[at:at + CHUNK] for at in range(0, len(text), CHUNK)] or [""]
    return "\n    ".join(f'R"runbook({piece})runbook"' for piece in pieces)


def main():
    output, files = pathlib.Path(sys.argv[1]), sorted(map(pathlib.Path, sys.argv[2:]))
    rows = "".join(f'    {{"{file.stem}",\n    {literals(file.read_text(encoding="utf-8"))}}},\n'
                   for file in files)
    output.write_text('#include "app/operations/runbooks.h"\n\n#include <array>\n\n'
                      "namespace sw::app {\n\n"
                      f"static constexpr std::array<Runbook, {len(files)}> kRunbooks = {{{{\n{rows}}}}};\n\n"
                      "std::span<const Runbook> runbooks() { return kRunbooks; }\n\n"
                      "}  // namespace sw::app\n", encoding="utf-8")


if __name__ == "__main__":
    main()
