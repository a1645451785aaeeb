"""`fields`, the partial answer of Google's APIs: `items(id,start/dateTime),nextSyncToken`."""

from __future__ import annotations

from typing import Any

from standin.errors import ApiError

Mask = dict[str, Any]  # name -> mask of what is below, {} for all of it


def parse(text: str) -> Mask:
    """The mask of a selector; 400 `invalidParameter` when it is none."""
    mask, rest = _group(text.replace(" ", ""))
    if rest or not mask:
        raise ApiError(400, "invalidParameter", f"Invalid field selection {text}", location_type="parameter",
                       location="fields")
    return mask


def _group(text: str) -> tuple[Mask, str]:
    mask: Mask = {}
    while text:
        end = next((index for index, letter in enumerate(text) if letter in ",/()"), len(text))
        name, text = text[:end], text[end:]
        if not name:
            return {}, text or " "
        below: Mask = {}
        if text.startswith("("):
            below, text = _group(text[1:])
            if not text.startswith(")"):
                return {}, text or " "
            text = text[1:]
        elif text.startswith("/"):
            single, text = _path(text[1:])
            below = single
        mask[name] = below if name not in mask else {**mask[name], **below}
        if not text.startswith(","):
            return mask, text
        text = text[1:]
    return mask, text


def _path(text: str) -> tuple[Mask, str]:
    """What follows a slash: one name, with its own group or path."""
    end = next((index for index, letter in enumerate(text) if letter in ",/()"), len(text))
    name, text = text[:end], text[end:]
    if text.startswith("/"):
        below, text = _path(text[1:])
        return {name: below}, text
    if text.startswith("("):
        below, text = _group(text[1:])
        return {name: below}, text[1:] if text.startswith(")") else text or " "
    return {name: {}}, text


def select(value: Any, mask: Mask) -> Any:
    """Only what the mask names; `*` is every name."""
    if not mask or not isinstance(value, (dict, list)):
        return value
    if isinstance(value, list):
        return [select(one, mask) for one in value]
    if "*" in mask:
        return {name: select(one, mask["*"]) for name, one in value.items()}
    return {name: select(one, mask[name]) for name, one in value.items() if name in mask}
