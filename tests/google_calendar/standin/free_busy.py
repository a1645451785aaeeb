"""The method `freebusy.query`: when calendars are busy, and nothing more."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from standin import instances, times
from standin.call import Answer, Call
from standin.errors import ApiError, invalid, missing
from standin.store import Calendar, Record

_MOST_CALENDARS = 50
_MOST_MEMBERS = 100


def query(call: Call) -> Answer:
    body = call.body
    low, high = _bound(body, "timeMin"), _bound(body, "timeMax")
    if high <= low:
        raise ApiError(400, "timeRangeEmpty", "The specified time range is empty.", domain="calendar",
                       location_type="parameter", location="timeMax")
    if (high - low).total_seconds() > call.store.settings.freeBusyMaxDays * 86400:
        raise ApiError(400, "timeRangeTooLong", "The requested time range is too long.", domain="calendar",
                       location_type="parameter", location="timeMax")
    where = times.zone(str(body.get("timeZone") or "UTC"))
    if where is None:
        raise invalid("Invalid time zone.")
    items = body.get("items")
    if items is not None and not isinstance(items, list):
        raise invalid("Invalid value for: items")
    most = _limit(body, "calendarExpansionMax", _MOST_CALENDARS)
    _limit(body, "groupExpansionMax", _MOST_MEMBERS)
    found: dict[str, Any] = {}
    for number, item in enumerate(items or []):
        calendar_id = item.get("id") if isinstance(item, dict) else None
        if not isinstance(calendar_id, str) or not calendar_id:
            raise missing("Missing id of an item.")
        if number >= most:
            found[calendar_id] = {"errors": [{"domain": "calendar", "reason": "tooManyCalendarsRequested"}], "busy": []}
            continue
        try:
            calendar = call.store.find(call.account, calendar_id)
        except ApiError:
            found[calendar_id] = {"errors": [{"domain": "global", "reason": "notFound"}], "busy": []}
            continue
        found[calendar_id] = {"busy": [
            {"start": times.format_in(datetime.fromtimestamp(start, times.UTC), where),
             "end": times.format_in(datetime.fromtimestamp(end, times.UTC), where)}
            for start, end in busy(calendar, low.timestamp(), high.timestamp())]}
    return Answer(content={"kind": "calendar#freeBusy", "timeMin": _text(low), "timeMax": _text(high),
                           "calendars": found})


def _bound(body: dict[str, Any], name: str) -> datetime:
    if not body.get(name):
        raise missing(f"Missing {name} parameter.")
    return times.bound(str(body[name]), name)


def _limit(body: dict[str, Any], name: str, most: int) -> int:
    value = body.get(name, most)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise invalid(f"Invalid value for: {name}, at most {most}.")
    return value


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _blocks(record: Record, calendar: Calendar) -> bool:
    body = record.body
    if record.cancelled or body.get("transparency") == "transparent":
        return False
    own = [one for one in body.get("attendees", []) if one["email"] == calendar.id]
    return not own or own[0]["responseStatus"] != "declined"


def busy(calendar: Calendar, low: float, high: float) -> list[tuple[float, float]]:
    """Times in seconds since 1970, joined where they touch, cut to the window."""
    found: list[tuple[float, float]] = []
    for record in calendar.events.values():
        if not _blocks(record, calendar):
            continue
        if not record.series:
            found.append((record.start, record.end))
            continue
        exceptions = calendar.exceptions.get(record.id, set())
        series = record.occurrences()
        for wall, start in instances.walls(calendar, record, low, high):
            if f"{record.id}_{series.key(wall)}" not in exceptions:
                found.append((start, start + record.end - record.start))
    joined: list[tuple[float, float]] = []
    for start, end in sorted(found):
        start, end = max(start, low), min(end, high)
        if end <= start:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
