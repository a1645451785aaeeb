"""Turns asyncapi.yaml into a C++ file with its JSON.

    render_asyncapi.py src/api/asyncapi.yaml OUTPUT.cpp VERSION
"""

import json
import pathlib
import sys

import render
import yaml


def main():
    source, output, version = sys.argv[1:]
    document = yaml.safe_load(pathlib.Path(source).read_text(encoding="utf-8"))
    document["info"]["version"] = version
    compact = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    pathlib.Path(output).write_text(f"""#include "api/docs_routes.h"

namespace sw::api {{

std::string_view asyncApiJson() {{
  static constexpr char kText[] =
    {render.literal(compact)};
  return {{kText, sizeof kText - 1}};
}}

}}  // namespace sw::api
""", encoding="utf-8")


if __name__ == "__main__":
    main()
