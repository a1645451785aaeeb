"""Times of events: RFC 3339, dates, zones, and what Google makes of them."""

from __future__ import annotations

import functools
import re
from datetime import date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from standin.errors import ApiError, invalid, missing

UTC = timezone.utc
_DATE_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)?\Z")


@functools.lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo | None:
    """The zone of the tz database, or None."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


@functools.lru_cache(maxsize=4096)
def parse(text: str) -> datetime | None:
    """RFC 3339; naive when it has no offset; None when it is not one. Fractions are dropped."""
    found = _DATE_TIME.match(text)
    if not found:
        return None
    year, month, day, hour, minute, second, offset = found.groups()
    try:
        moment = datetime(int(year), int(month), int(day), int(hour), int(minute), min(int(second or 0), 59))
    except ValueError:
        return None
    if offset is None:
        return moment
    if offset in "Zz":
        return moment.replace(tzinfo=UTC)
    digits = offset[1:].replace(":", "")
    shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if shift >= timedelta(hours=24):
        return None
    return moment.replace(tzinfo=timezone(-shift if offset[0] == "-" else shift))


def parse_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
    except ValueError:
        return None


def local_in(moment: datetime, where: ZoneInfo) -> datetime:
    """An aware time as the wall clock of the zone."""
    return moment.astimezone(where).replace(tzinfo=None)


def at(wall: datetime, where: ZoneInfo) -> datetime:
    """The instant of a wall-clock time; in a gap by the offset before it, in an overlap the first."""
    return wall.replace(tzinfo=where, fold=0).astimezone(UTC)


def format_in(moment: datetime, where: ZoneInfo) -> str:
    """RFC 3339 with the offset of the zone, `Z` where that is zero."""
    text = moment.astimezone(where).isoformat(timespec="seconds")
    return text[:-6] + "Z" if text.endswith("+00:00") else text


class EventTime:
    """Start or end of an event: a day, or an instant with the zone in which it repeats."""

    __slots__ = ("day", "instant", "zone_name", "named")

    def __init__(self, day: date | None, instant: datetime | None, zone_name: str, named: bool) -> None:
        self.day = day
        self.instant = instant
        self.zone_name = zone_name
        self.named = named  # whether the writer said the zone

    @property
    def all_day(self) -> bool:
        return self.day is not None

    def where(self) -> ZoneInfo:
        found = zone(self.zone_name)
        assert found is not None
        return found

    def wall(self) -> datetime:
        """What repeats: the wall-clock time, midnight for a day."""
        if self.day is not None:
            return datetime(self.day.year, self.day.month, self.day.day)
        assert self.instant is not None
        return local_in(self.instant, self.where())

    def utc(self, calendar_zone: ZoneInfo) -> datetime:
        """The instant; a day begins at midnight of the calendar's zone."""
        if self.day is not None:
            return at(self.wall(), calendar_zone)
        assert self.instant is not None
        return self.instant.astimezone(UTC)

    def resource(self, shown_in: ZoneInfo) -> dict[str, Any]:
        if self.day is not None:
            return {"date": self.day.isoformat()}
        assert self.instant is not None
        return {"dateTime": format_in(self.instant, shown_in), "timeZone": self.zone_name}


def read(value: Any, what: str, calendar_zone_name: str) -> EventTime:
    """`start` or `end` (`what`) of a body; ApiError in Google's words."""
    if not isinstance(value, dict) or not (value.get("date") or value.get("dateTime")):
        raise missing(f"Missing {what} time.")
    named = value.get("timeZone")
    if named is not None and (not isinstance(named, str) or zone(named) is None):
        raise ApiError(400, "invalid", f"Invalid time zone definition for {what} time.")
    if value.get("date") and value.get("dateTime"):
        raise invalid(f"Invalid {what} time.")
    if value.get("date"):
        day = parse_date(str(value["date"]))
        if day is None:
            raise invalid(f"Invalid {what} time.")
        return EventTime(day, None, named or calendar_zone_name, named is not None)
    moment = parse(str(value["dateTime"]))
    if moment is None:
        raise invalid(f"Invalid {what} time.")
    if moment.tzinfo is None:
        if not named:
            raise missing(f"Missing time zone definition for {what} time.")
        where = zone(named)
        assert where is not None
        moment = at(moment, where)
    return EventTime(None, moment, named or calendar_zone_name, named is not None)


def bound(text: str, parameter: str) -> datetime:
    """`timeMin` and its like: an offset is mandatory; 400 without."""
    moment = parse(text)
    if moment is None or moment.tzinfo is None:
        raise invalid("Bad Request", parameter, reason="badRequest")
    return moment.astimezone(UTC)
