"""The occurrences of a recurring event: its RRULE, RDATE, EXRULE and EXDATE lines put together."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from standin import times
from standin.errors import ApiError
from standin.recurrence import Expansion, parse_rule, parse_stamp


class Series:
    """Wall-clock starts of a recurring event. Immutable; raises ApiError for lines that are none."""

    def __init__(self, lines: list[str], start: times.EventTime) -> None:
        self.start = start
        self.where: ZoneInfo = start.where()
        self._first = start.wall()
        self._rules: list[Expansion] = []
        self._except_rules: list[Expansion] = []
        self._dates: set[datetime] = set()
        self._except_dates: set[datetime] = set()
        self.endless = False
        try:
            for line in lines:
                self._read(line)
        except (ValueError, KeyError, AttributeError) as problem:
            raise ApiError(400, "invalid", "Invalid recurrence rule.") from problem

    def _read(self, line: str) -> None:
        head, colon, value = line.partition(":")
        name, *parameters = head.upper().split(";")
        if not colon or name not in ("RRULE", "EXRULE", "RDATE", "EXDATE"):
            raise ValueError(line)
        if name in ("RRULE", "EXRULE"):
            rule = parse_rule(value)
            expansion = Expansion(rule, self._first, self.where if not self.start.all_day else None)
            (self._rules if name == "RRULE" else self._except_rules).append(expansion)
            if name == "RRULE" and rule.count is None and rule.until is None:
                self.endless = True
            return
        zone = self.where
        for parameter in parameters:
            key, _, named = parameter.partition("=")
            if key == "TZID":
                found = times.zone(head.split("TZID=")[-1].split(";")[0])
                if found is None:
                    raise ValueError(named)
                zone = found
        target = self._dates if name == "RDATE" else self._except_dates
        for item in value.split(","):
            moment, utc, is_date = parse_stamp(item.strip().split("/")[0])
            if is_date and not self.start.all_day:
                moment = moment.replace(hour=self._first.hour, minute=self._first.minute,
                                        second=self._first.second)
            elif utc:
                moment = times.local_in(moment.replace(tzinfo=times.UTC), self.where)
            elif not is_date and zone is not self.where:
                moment = times.local_in(times.at(moment, zone), self.where)
            target.add(moment.replace(hour=0, minute=0, second=0) if self.start.all_day else moment)

    def walls(self, after: datetime | None = None) -> Iterator[datetime]:
        """In order, each once; with `after`, those well before it may be left out."""
        sources = [expansion.times(after) for expansion in self._rules]
        dates = set(self._dates)
        if not self._rules:
            dates.add(self._first)
        sources.append(iter(sorted(dates)))
        barred = heapq.merge(*[expansion.times(after) for expansion in self._except_rules])
        bar = next(barred, None)
        last = None
        for moment in heapq.merge(*sources):
            if moment == last:
                continue
            last = moment
            while bar is not None and bar < moment:
                bar = next(barred, None)
            if moment != bar and moment not in self._except_dates:
                yield moment

    def contains(self, wall: datetime) -> bool:
        """Whether it is the start of an occurrence."""
        for moment in self.walls(wall - timedelta(days=2)):
            if moment >= wall:
                return moment == wall
        return False

    def key(self, wall: datetime) -> str:
        """What Google puts behind the series' id for the occurrence."""
        if self.start.all_day:
            return wall.strftime("%Y%m%d")
        return times.at(wall, self.where).strftime("%Y%m%dT%H%M%SZ")

    def wall_of(self, key: str) -> datetime | None:
        """The other way round; None when it is no such key."""
        try:
            moment, utc, is_date = parse_stamp(key)
        except ValueError:
            return None
        if is_date != self.start.all_day or utc == is_date:
            return None
        return moment if is_date else times.local_in(moment.replace(tzinfo=times.UTC), self.where)
