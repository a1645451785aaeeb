"""Conference data of events: kept as it is, made on request."""

from __future__ import annotations

import hashlib
from typing import Any

from standin.errors import invalid


def with_conference(event: dict[str, Any], wanted: dict[str, Any], old: dict[str, Any],
                    version: int) -> dict[str, Any]:
    """Adds the conference that an event will have: below version 1 that which it had."""
    data = wanted.get("conferenceData") if version >= 1 else old.get("conferenceData")
    if not isinstance(data, dict) or not data:
        return event
    request = data.get("createRequest")
    if request and "entryPoints" not in data:
        data = _made(request)
    event["conferenceData"] = data
    video = [one for one in data.get("entryPoints", []) if one.get("entryPointType") == "video"]
    if video and data.get("conferenceSolution", {}).get("key", {}).get("type") == "hangoutsMeet":
        event["hangoutLink"] = video[0].get("uri", "")
    return event


def _made(request: dict[str, Any]) -> dict[str, Any]:
    """A Meet conference; the same request id makes the same one."""
    if not request.get("requestId"):
        raise invalid("Invalid conference create request: a requestId is needed.")
    kind = request.get("conferenceSolutionKey", {}).get("type", "hangoutsMeet")
    if kind != "hangoutsMeet":
        raise invalid("Invalid conference type value.")
    digits = hashlib.sha256(str(request["requestId"]).encode()).hexdigest()
    letters = "".join(chr(ord("a") + int(digit, 16)) for digit in digits[:10])
    code = f"{letters[:3]}-{letters[3:7]}-{letters[7:]}"
    return {
        "createRequest": {**request, "conferenceSolutionKey": {"type": kind}, "status": {"statusCode": "success"}},
        "entryPoints": [{"entryPointType": "video", "uri": f"https://meet.google.com/{code}",
                         "label": f"meet.google.com/{code}"}],
        "conferenceSolution": {"key": {"type": kind}, "name": "Google Meet",
                               "iconUri": "https://fonts.gstatic.com/s/i/productlogos/meet_2020q4/v6/web-512dp.png"},
        "conferenceId": code,
    }
