"""events.quickAdd: makes an event of a sentence, as far as a day and times stand in it in plain words."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from standin import times

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = re.compile(r"\b(?:on\s+)?(today|tomorrow|\d{4}-\d\d-\d\d|" + "|".join(_DAYS) + r")\b", re.IGNORECASE)
_CLOCK = r"(\d{1,2})(?::(\d\d))?\s*(am|pm)?"
_SPAN = re.compile(r"\b(?:from\s+|at\s+)?" + _CLOCK + r"\s*(?:-|to|until)\s*" + _CLOCK + r"\b", re.IGNORECASE)
_AT = re.compile(r"\b(?:at\s+" + _CLOCK + r"|(\d{1,2})(?::(\d\d))?\s*(am|pm))\b", re.IGNORECASE)


def _minutes(hour: str, minute: str | None, half: str | None) -> int:
    number = int(hour) % 24
    if half:
        number = number % 12 + (12 if half.lower() == "pm" else 0)
    return number * 60 + int(minute or 0)


def event_of(text: str, now: float, where: ZoneInfo, zone_name: str) -> dict[str, Any]:
    """Body of the event: a day without times is all day; no day and no time is an hour from now."""
    moment = datetime.fromtimestamp(now, where).replace(tzinfo=None, second=0, microsecond=0)
    day, rest = moment.replace(hour=0, minute=0), text
    named = _DAY.search(rest)
    if named:
        rest = rest[:named.start()] + rest[named.end():]
        word = named.group(1).lower()
        if word == "tomorrow":
            day += timedelta(days=1)
        elif word in _DAYS:
            day += timedelta(days=(_DAYS.index(word) - day.weekday()) % 7)
        elif word != "today":
            found = times.parse_date(word)
            day = datetime(found.year, found.month, found.day) if found else day
    begin, end = moment, moment + timedelta(hours=1)
    span = _SPAN.search(rest)
    single = None if span else _AT.search(rest)
    if span:
        rest = rest[:span.start()] + rest[span.end():]
        hour, minute, half, last_hour, last_minute, last_half = span.groups()
        begin = day + timedelta(minutes=_minutes(hour, minute, half or last_half))
        end = day + timedelta(minutes=_minutes(last_hour, last_minute, last_half or half))
        end += timedelta(days=1) if end <= begin else timedelta()
    elif single:
        rest = rest[:single.start()] + rest[single.end():]
        groups = single.groups()
        begin = day + timedelta(minutes=_minutes(*(groups[:3] if groups[0] else groups[3:])))
        end = begin + timedelta(hours=1)
    summary = " ".join(rest.split()) or text.strip()
    if named and not span and not single:
        return {"summary": summary, "start": {"date": day.date().isoformat()},
                "end": {"date": (day + timedelta(days=1)).date().isoformat()}}
    return {"summary": summary, "start": {"dateTime": begin.isoformat(), "timeZone": zone_name},
            "end": {"dateTime": end.isoformat(), "timeZone": zone_name}}
