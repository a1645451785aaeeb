"""Holds events, as webhooks and the stream tell them, against asyncapi.yaml."""

import json
import pathlib

import jsonschema
import yaml

API = pathlib.Path(__file__).resolve().parents[2] / "src" / "api"


class EventContract:
    """The events as asyncapi.yaml promises them, with its references to openapi.yaml followed."""

    def __init__(self):
        document = self._load("asyncapi.yaml", "openapi.json#/", "#/openapi.json/")
        document["openapi.json"] = self._load("openapi.yaml", "#/components", "#/openapi.json/components")
        self._document = document
        self._validators = {}

    @staticmethod
    def _load(name, reference, within):
        """A document whose references hold inside the one that has both."""
        text = json.dumps(yaml.safe_load((API / name).read_text(encoding="utf-8")))
        return json.loads(text.replace(f'"{reference}', f'"{within}'))

    def types(self):
        """The types that webhooks may be told."""
        return set(self._document["channels"]["webhook"]["messages"])

    def check_change(self, change):
        """AssertionError unless it is an item of the stream or of GET /changes."""
        self._check("#/components/schemas/Change", change)

    def check_envelope(self, envelope):
        """AssertionError unless it is an envelope of its type, with the data of that type."""
        kind = envelope.get("type")
        assert kind in self.types(), f"{kind} is not in asyncapi.yaml"
        self._check(f"#/components/messages/{kind}/payload", envelope)

    def _check(self, reference, value):
        if reference not in self._validators:
            self._validators[reference] = jsonschema.Draft202012Validator({**self._document, "$ref": reference})
        problem = jsonschema.exceptions.best_match(self._validators[reference].iter_errors(value))
        assert problem is None, f"{reference}: {problem.json_path} {problem.message}"


EVENTS = EventContract()
