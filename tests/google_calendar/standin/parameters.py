"""Query parameters: which a method knows, and whether their values are right."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from standin.errors import ApiError

# name -> kind: a text, `flag`, `number:LOW`, `list`, or a tuple of allowed texts.
Kind = str | tuple[str, ...]

STANDARD: dict[str, Kind] = {
    "alt": ("json",), "fields": "text", "key": "text", "oauth_token": "text", "access_token": "text",
    "prettyPrint": "flag", "quotaUser": "text", "userIp": "text", "$.xgafv": ("1", "2"), "uploadType": "text",
    "upload_protocol": "text", "callback": "text", "requestReason": "text"}


def read(text: str, known: dict[str, Kind], required: tuple[str, ...]) -> dict[str, Any]:
    """The parameters of a query string, converted; ApiError 400 for the first that is wrong."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        kind = known.get(name) or STANDARD.get(name)
        if kind is None:
            raise ApiError(400, "unknownParameter", f"Unknown name \"{name}\": Cannot bind query parameter.",
                           location_type="parameter", location=name)
        if kind == "list":
            found.setdefault(name, []).append(value)
        else:
            found[name] = _value(name, value, kind)
    for name in required:
        if found.get(name) in (None, ""):
            raise ApiError(400, "required", f"Required parameter: {name}", location_type="parameter", location=name)
    return {name: value for name, value in found.items() if value != ""}


def _value(name: str, value: str, kind: Kind) -> Any:
    if isinstance(kind, tuple):
        if value not in kind:
            raise _wrong(name, f"Invalid string value: '{value}'. Allowed values: [{', '.join(kind)}]")
        return value
    if kind == "flag":
        if value.lower() not in ("true", "false"):
            raise _wrong(name, f"Invalid boolean value: '{value}'.")
        return value.lower() == "true"
    if kind.startswith("number:"):
        low, _, high = kind[7:].partition("-")
        try:
            number = int(value)
        except ValueError:
            raise _wrong(name, f"Invalid integer value: '{value}'.") from None
        if number < int(low) or number > int(high or 2**31 - 1):
            raise _wrong(name, f"Invalid value '{value}'. Values must be within the range: "
                               f"[{low}, {high or 2**31 - 1}]")
        return number
    return value


def _wrong(name: str, message: str) -> ApiError:
    return ApiError(400, "invalidParameter", message, location_type="parameter", location=name)
