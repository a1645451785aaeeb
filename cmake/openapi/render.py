"""Turns openapi.yaml into a C++ file: its JSON, and a page for people that loads nothing.

    render.py src/api/openapi.yaml OUTPUT.cpp VERSION
"""

import base64
import hashlib
import html
import json
import pathlib
import sys

import yaml

METHODS = ("get", "post", "put", "patch", "delete")
CHUNK = 8000  # compilers limit the length of one literal

STYLE = """
:root{color-scheme:light dark;--line:#8884;--soft:#8882;--accent:#1a73e8}
body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:0 auto;padding:2rem 1rem}
h1{margin:0}h2{margin:2.5rem 0 .5rem;border-bottom:1px solid var(--line)}
code,pre{font:13px/1.45 ui-monospace,monospace}pre{background:var(--soft);padding:.75rem;overflow:auto}
details{border:1px solid var(--line);border-radius:6px;margin:.4rem 0;padding:.4rem .75rem}
summary{cursor:pointer}summary b{display:inline-block;min-width:4.5rem;color:var(--accent)}
table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;
border-bottom:1px solid var(--line);padding:.25rem .5rem .25rem 0}
a{color:var(--accent)}.soft{opacity:.75}nav a{margin-right:1rem}
"""


def text(value):
    return html.escape(str(value), quote=True)


class Page:
    """The page, from a document whose references are followed."""

    def __init__(self, document):
        self.document = document

    def resolve(self, node):
        while isinstance(node, dict) and "$ref" in node:
            target = self.document
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target[step.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def type_of(self, schema):
        """A schema in a few words, with a link where it has a name."""
        if "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[-1]
            return f'<a href="#schema-{text(name)}">{text(name)}</a>'
        for word, joiner in (("oneOf", " or "), ("anyOf", " or "), ("allOf", " and ")):
            if word in schema:
                return joiner.join(self.type_of(part) for part in schema[word])
        kind = schema.get("type", "any")
        if isinstance(kind, list):
            kind = " or ".join(kind)
        if kind == "array":
            return "list of " + self.type_of(schema.get("items", {}))
        if "enum" in schema:
            return " | ".join(f"<code>{text(option)}</code>" for option in schema["enum"])
        if "const" in schema:
            return f"<code>{text(schema['const'])}</code>"
        return text(kind + (f" ({schema['format']})" if "format" in schema else ""))

    def row(self, name, schema, required, description=""):
        mark = "" if required else ' <span class="soft">optional</span>'
        words = description or schema.get("description", "")
        return (f"<tr><td><code>{text(name)}</code>{mark}</td><td>{self.type_of(schema)}</td>"
                f"<td>{text(words)}</td></tr>")

    def members(self, schema):
        rows = [self.row(name, member, name in schema.get("required", []))
                for name, member in schema.get("properties", {}).items()]
        return f"<table>{''.join(rows)}</table>" if rows else ""

    def operation(self, path, method, operation, shared):
        parts = [f"<p>{text(operation.get('description', ''))}</p>"]
        rows = [self.row(p["name"] + f" ({p['in']})", p.get("schema", {}),
                         p.get("required", False), p.get("description", ""))
                for p in map(self.resolve, shared + operation.get("parameters", []))]
        if rows:
            parts.append(f"<h4>Parameters</h4><table>{''.join(rows)}</table>")
        body = self.resolve(operation.get("requestBody", {}))
        for kind, content in body.get("content", {}).items():
            parts.append(f"<h4>Body: <code>{text(kind)}</code> "
                         f"{self.type_of(content.get('schema', {}))}</h4>")
            if "example" in content:
                parts.append(f"<pre>{text(json.dumps(content['example'], indent=2))}</pre>")
        rows = []
        for status, answer in operation["responses"].items():
            answer = self.resolve(answer)
            kinds = ", ".join(self.type_of(content.get("schema", {}))
                              for content in answer.get("content", {}).values())
            rows.append(f"<tr><td><code>{text(status)}</code></td><td>{kinds}</td>"
                        f"<td>{text(answer.get('description', ''))}</td></tr>")
        parts.append(f"<h4>Answers</h4><table>{''.join(rows)}</table>")
        return (f"<details id=\"{text(operation['operationId'])}\"><summary><b>{method.upper()}</b>"
                f"<code>{text(path)}</code> <span class=\"soft\">{text(operation['summary'])}</span>"
                f"</summary>{''.join(parts)}</details>")

    def render(self):
        info = self.document["info"]
        groups = {tag["name"]: [] for tag in self.document["tags"]}
        for path, item in self.document["paths"].items():
            for method in METHODS:
                if method in item:
                    tag = item[method]["tags"][0]
                    groups[tag].append(self.operation(path, method, item[method],
                                                      item.get("parameters", [])))
        paragraphs = "".join(f"<p>{text(p)}</p>" for p in info["description"].split("\n\n"))
        out = [f"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
               f"<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
               f"<title>{text(info['title'])}</title><style>{STYLE}</style></head><body>"
               f"<h1>{text(info['title'])}</h1><p class=\"soft\">{text(info['version'])} · "
               f"<a href=\"/openapi.json\">openapi.json</a></p>{paragraphs}<nav>"]
        out += [f'<a href="#group-{text(name)}">{text(name)}</a>' for name in groups]
        out.append('<a href="#schemas">schemas</a></nav>')
        for tag in self.document["tags"]:
            out.append(f"<h2 id=\"group-{text(tag['name'])}\">{text(tag['name'])}</h2>"
                       f"<p>{text(tag['description'])}</p>{''.join(groups[tag['name']])}")
        out.append('<h2 id="schemas">schemas</h2>')
        for name, schema in self.document["components"]["schemas"].items():
            shape = self.members(schema) or f"<p>{self.type_of(schema)}</p>"
            out.append(f'<details id="schema-{text(name)}"><summary><code>{text(name)}</code></summary>'
                       f"<p>{text(schema.get('description', ''))}</p>{shape}</details>")
        out.append("</body></html>")
        return "".join(out)


def literal(content):
    """A C++ expression of that text: escaped bytes in lines of one literal each."""
    encoded = content.encode()
    chunks = []
    for start in range(0, len(encoded), CHUNK):
        escaped = "".join(chr(byte) if 32 <= byte < 127 and byte not in (34, 63, 92)
                          else f"\\{byte:03o}" for byte in encoded[start:start + CHUNK])
        chunks.append(f'"{escaped}"')
    return "\n    ".join(chunks)


def main():
    source, output, version = sys.argv[1:]
    document = yaml.safe_load(pathlib.Path(source).read_text(encoding="utf-8"))
    document["info"]["version"] = version
    compact = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    style = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    pathlib.Path(output).write_text(f"""#include "api/docs_routes.h"

namespace sw::api {{

std::string_view openApiJson() {{
  static constexpr char kText[] =
    {literal(compact)};
  return {{kText, sizeof kText - 1}};
}}

std::string_view docsPage() {{
  static constexpr char kText[] =
    {literal(Page(document).render())};
  return {{kText, sizeof kText - 1}};
}}

std::string_view docsStyleSource() {{ return "'sha256-{style}'"; }}

}}  // namespace sw::api
""", encoding="utf-8")


if __name__ == "__main__":
    main()
