"""Holds every answer of the API against openapi.yaml."""

import pathlib
import re

import jsonschema
import yaml

SPECIFICATION = pathlib.Path(__file__).resolve().parents[2] / "src" / "api" / "openapi.yaml"


class Contract:
    """The API as openapi.yaml promises it."""

    def __init__(self, document):
        self._document = document
        self._paths = [(self._pattern(template), item) for template, item in document["paths"].items()]
        # Fixed segments win over parameters, as they do in the service.
        self._paths.sort(key=lambda entry: entry[0].groups)
        self._validators = {}

    @classmethod
    def load(cls):
        return cls(yaml.safe_load(SPECIFICATION.read_text(encoding="utf-8")))

    @staticmethod
    def _pattern(template):
        return re.compile("".join(
            "([^/]+)" if part.startswith("{") else re.escape(part)
            for part in re.split(r"(\{[^}]+\})", template)) + "$")

    def check(self, response):
        """AssertionError when the answer is not among those that the specification names."""
        path = response.request.url.raw_path.decode().split("?")[0]
        method = response.request.method.lower()
        item = next((item for pattern, item in self._paths if pattern.match(path)), None)
        if item is None or method not in item:
            assert response.status_code in (404, 405), f"{method} {path} is not in openapi.yaml"
            return
        promised = item[method]["responses"]
        answer = promised.get(str(response.status_code)) or promised.get("default")
        assert answer, f"{method} {path}: {response.status_code} is not in openapi.yaml"
        self._check_body(self._resolve(answer).get("content"), response, f"{method} {path}")

    def _check_body(self, content, response, what):
        body = response.content
        if not content:
            assert not body, f"{what}: {response.status_code} should have no body"
            return
        kind = response.headers.get("content-type", "").split(";")[0]
        assert kind in content, f"{what}: {kind} is not in openapi.yaml"
        if kind == "application/json" and body:
            validator = self._validator(content[kind]["schema"])
            problem = jsonschema.exceptions.best_match(validator.iter_errors(response.json()))
            assert problem is None, f"{what}: {problem.json_path} {problem.message}"

    def _validator(self, schema):
        key = id(schema)
        if key not in self._validators:
            whole = {**schema, "components": self._document["components"]}
            self._validators[key] = jsonschema.Draft202012Validator(whole)
        return self._validators[key]

    def _resolve(self, node):
        while "$ref" in node:
            target = self._document
            for part in node["$ref"][2:].split("/"):
                target = target[part]
            node = target
        return node
