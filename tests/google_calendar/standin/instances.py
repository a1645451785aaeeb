"""Instances of recurring events: found by id, expanded over a window."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from standin import event_resource, times
from standin.errors import known
from standin.store import Calendar, Record

_MARGIN = timedelta(days=2)


def find(calendar: Calendar, event_id: str) -> tuple[Record | None, dict[str, Any]]:
    """The event of that id, stored or (then without a record) an instance of a series; 404."""
    record = calendar.events.get(event_id)
    if record is not None:
        return record, record.body
    master_id, _, key = event_id.rpartition("_")
    master = calendar.events.get(master_id)
    if master is None or not master.series:
        raise known("notFound")
    series = master.occurrences()
    wall = series.wall_of(key)
    if wall is None or not series.contains(wall) or series.key(wall) != key:
        raise known("notFound")
    return None, body_of(calendar, master, wall)


def original_start(calendar: Calendar, master: Record, wall: datetime) -> dict[str, Any]:
    start = master.occurrences().start
    if start.all_day:
        return {"date": wall.date().isoformat()}
    moment = times.at(wall, start.where())
    return {"dateTime": times.format_in(moment, calendar.zone), "timeZone": start.zone_name}


def body_of(calendar: Calendar, master: Record, wall: datetime) -> dict[str, Any]:
    """An instance as the series makes it; it lasts as long as the first one, exactly."""
    series = master.occurrences()
    body = {name: value for name, value in master.body.items() if name != "recurrence"}
    body["id"] = f"{master.id}_{series.key(wall)}"
    body["htmlLink"] = event_resource.link(body["id"], calendar.id)
    body["start"] = original_start(calendar, master, wall)
    if series.start.all_day:
        first = times.parse_date(master.body["start"]["date"])
        last = times.parse_date(master.body["end"]["date"])
        assert first is not None and last is not None
        body["end"] = {"date": (wall.date() + (last - first)).isoformat()}
    else:
        finish = times.at(wall, series.where) + timedelta(seconds=master.end - master.start)
        zone_name = master.body["end"].get("timeZone", series.start.zone_name)
        body["end"] = {"dateTime": times.format_in(finish, calendar.zone), "timeZone": zone_name}
    body["recurringEventId"] = master.id
    body["originalStartTime"] = dict(body["start"])
    return event_resource.ordered(body)


def instant(calendar: Calendar, master: Record, wall: datetime) -> float:
    """The start of an instance in seconds since 1970."""
    series = master.occurrences()
    where = calendar.zone if series.start.all_day else series.where
    return times.at(wall, where).timestamp()


def walls(calendar: Calendar, master: Record, after: float | None, before: float) -> Iterator[tuple[datetime, float]]:
    """Wall-clock and instant of the starts whose instance ends after `after` and starts before
    `before`, exceptions or not."""
    length = master.end - master.start
    from_wall = None
    if after is not None:
        from_wall = datetime.fromtimestamp(max(after - length, -6e10), times.UTC).replace(tzinfo=None) - _MARGIN
    for wall in master.occurrences().walls(from_wall):
        start = instant(calendar, master, wall)
        if start >= before:
            return
        if after is None or start + length > after:
            yield wall, start


def stored_times(calendar: Calendar, body: dict[str, Any]) -> tuple[float, float]:
    """Start and end in seconds since 1970, for filters and order."""
    begin = body.get("start") or body.get("originalStartTime")
    if not begin:
        return 0.0, 0.0
    start = times.read(begin, "start", calendar.zone_name).utc(calendar.zone).timestamp()
    if not body.get("end"):
        return start, start
    return start, times.read(body["end"], "end", calendar.zone_name).utc(calendar.zone).timestamp()


def show_in_zone(calendar: Calendar) -> None:
    """After the calendar's zone has changed: the same instants are answered with its offsets. That is
    no change of the events, so etags and sync tokens stay."""
    for record in list(calendar.events.values()):
        body = dict(record.body)
        for name in ("start", "end", "originalStartTime"):
            if "dateTime" in body.get(name, {}):
                body[name] = times.read(body[name], name, calendar.zone_name).resource(calendar.zone)
        start, end = stored_times(calendar, body)
        calendar.events[record.id] = Record(body, record.change, start, end, record.updated)
