"""How an event looks to somebody: by their role, in their zone, with as many guests as they want."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from standin import times
from standin.errors import as_bytes, invalid
from standin.store import Calendar, Record, at_least

_BUSY = ("kind", "etag", "id", "status", "created", "updated", "start", "end", "recurrence", "recurringEventId",
         "originalStartTime", "transparency", "iCalUID", "sequence", "eventType")


class View:
    """Made once for a call; `raw` uses the stored JSON when nothing has to change."""

    def __init__(self, calendar: Calendar, role: str, query: dict[str, Any]) -> None:
        self._calendar = calendar
        self._role = role
        self._guests: int | None = query.get("maxAttendees")
        self._zone: ZoneInfo | None = None
        name = query.get("timeZone")
        if name is not None:
            self._zone = times.zone(name)
            if self._zone is None:
                raise invalid("Invalid time zone.", "timeZone")
            if name == calendar.zone_name:
                self._zone = None
        self._plain = self._zone is None and self._guests is None and at_least(role, "writer")

    def raw(self, record: Record) -> bytes:
        return record.raw() if self._plain else as_bytes(self.body(record.body))

    def body(self, event: dict[str, Any]) -> dict[str, Any]:
        if self._plain:
            return event
        hidden = self._role == "freeBusyReader" or (
            not at_least(self._role, "writer") and event.get("visibility") in ("private", "confidential"))
        if hidden:
            event = {name: event[name] for name in _BUSY if name in event} | {"visibility": "private"}
        if self._zone is not None:
            shown = {name: self._shown(event[name]) for name in ("start", "end", "originalStartTime") if name in event}
            event = event | shown
        guests = event.get("attendees", [])
        if self._guests is not None and len(guests) > self._guests:
            event = event | {"attendees": [one for one in guests if one.get("self")], "attendeesOmitted": True}
        return event

    def _shown(self, value: dict[str, Any]) -> dict[str, Any]:
        moment = times.parse(value["dateTime"]) if "dateTime" in value else None
        if moment is None or self._zone is None:
            return value
        return value | {"dateTime": times.format_in(moment, self._zone)}
