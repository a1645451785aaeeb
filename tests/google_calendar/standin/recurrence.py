"""RRULE of RFC 5545 (section 3.3.10): which wall-clock times a rule names.

A rule is expanded period by period (year, month, week, day, hour, minute, second): the days of the
period that pass every BYxxx filter, times the times of day, then BYSETPOS.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from standin.times import UTC, at

WEEKDAYS = {"MO": 0, "TU": 1, "WE": 2, "TH": 3, "FR": 4, "SA": 5, "SU": 6}
FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY")
_LISTS = {"BYMONTH": (1, 12), "BYMONTHDAY": (-31, 31), "BYYEARDAY": (-366, 366), "BYWEEKNO": (-53, 53),
          "BYSETPOS": (-366, 366), "BYHOUR": (0, 23), "BYMINUTE": (0, 59), "BYSECOND": (0, 60)}
_SHORT = {"HOURLY": 3600, "MINUTELY": 60, "SECONDLY": 1}  # seconds
_MOST_EMPTY_PERIODS = 200_000  # a rule that names nothing for so long names nothing any more


@dataclass
class Rule:
    freq: str
    interval: int = 1
    count: int | None = None
    until: datetime | None = None  # wall clock, or UTC when until_utc
    until_utc: bool = False
    wkst: int = 0
    by: dict[str, list[int]] = field(default_factory=dict)
    by_day: list[tuple[int, int]] = field(default_factory=list)  # (ordinal or 0, weekday)


def parse_stamp(text: str) -> tuple[datetime, bool, bool]:
    """`YYYYMMDD`, `YYYYMMDDTHHMMSS` or with `Z`: time, whether UTC, whether a date; ValueError."""
    utc = text.endswith("Z")
    bare = text.rstrip("Z")
    if len(bare) == 8:
        return datetime.strptime(bare, "%Y%m%d"), False, True
    return datetime.strptime(bare, "%Y%m%dT%H%M%S"), utc, False


def parse_rule(text: str) -> Rule:
    """The value of an RRULE; ValueError when it is none."""
    parts: dict[str, str] = {}
    for item in text.strip().strip(";").split(";"):
        name, equals, value = item.partition("=")
        if not equals or not value or name.upper() in parts:
            raise ValueError(f"'{item}' of a rule")
        parts[name.upper()] = value.upper()
    rule = Rule(parts.pop("FREQ", ""))
    if rule.freq not in FREQUENCIES:
        raise ValueError("a rule without a frequency")
    rule.interval = int(parts.pop("INTERVAL", "1"))
    if "COUNT" in parts and "UNTIL" in parts:
        raise ValueError("a rule with COUNT and UNTIL")
    if "COUNT" in parts:
        rule.count = int(parts.pop("COUNT"))
    if "UNTIL" in parts:
        rule.until, rule.until_utc, is_date = parse_stamp(parts.pop("UNTIL"))
        if is_date:
            rule.until = rule.until.replace(hour=23, minute=59, second=59)
    rule.wkst = WEEKDAYS[parts.pop("WKST", "MO")] if parts.get("WKST", "MO") in WEEKDAYS else -1
    if rule.interval < 1 or rule.wkst < 0 or (rule.count is not None and rule.count < 1):
        raise ValueError("a number of a rule")
    for item in filter(None, parts.pop("BYDAY", "").split(",")):
        if item[-2:] not in WEEKDAYS:
            raise ValueError(f"'{item}' of BYDAY")
        rule.by_day.append((int(item[:-2] or "0"), WEEKDAYS[item[-2:]]))
    for name, (low, high) in _LISTS.items():
        if name in parts:
            numbers = [int(number) for number in parts.pop(name).split(",")]
            if any(not low <= number <= high or (low < 0 and number == 0) for number in numbers):
                raise ValueError(f"a number of {name}")
            rule.by[name] = numbers
    if parts:
        raise ValueError(f"'{next(iter(parts))}' of a rule")
    return rule


class Expansion:
    """The wall-clock times of one rule from a start, in order."""

    def __init__(self, rule: Rule, start: datetime, where: ZoneInfo | None) -> None:
        self.rule = rule
        self.start = start
        self.where = where
        by = rule.by
        self.months = by.get("BYMONTH", [])
        self.month_days = by.get("BYMONTHDAY", [])
        self.by_day = rule.by_day
        if not (self.month_days or self.by_day or "BYYEARDAY" in by or "BYWEEKNO" in by):
            if rule.freq == "YEARLY":
                self.months = self.months or [start.month]
                self.month_days = [start.day]
            elif rule.freq == "MONTHLY":
                self.month_days = [start.day]
            elif rule.freq == "WEEKLY":
                self.by_day = [(0, start.weekday())]
        self.hours = sorted(set(by.get("BYHOUR", [start.hour])))
        self.minutes = sorted(set(by.get("BYMINUTE", [start.minute])))
        self.seconds = sorted({min(second, 59) for second in by.get("BYSECOND", [start.second])})

    def times(self, after: datetime | None = None) -> Iterator[datetime]:
        """From the start on; with `after`, times long before it may be left out."""
        counted = 0
        empty = 0
        number = self._first_period(after)
        while True:
            try:
                number += self._periods_of_a_wrong_day(number)
                found = self._period(number)
            except (OverflowError, ValueError):  # past the year 9999
                return
            number += 1
            empty = 0 if found else empty + 1
            if empty > _MOST_EMPTY_PERIODS:
                return
            for moment in found:
                if moment < self.start:
                    continue
                if self._past_until(moment):
                    return
                yield moment
                counted += 1
                if counted == self.rule.count:
                    return

    def _periods_of_a_wrong_day(self, number: int) -> int:
        """How many hours, minutes or seconds of days that do not fit lie ahead of a period."""
        unit = _SHORT.get(self.rule.freq, 0) * self.rule.interval
        moment = self.start + timedelta(seconds=unit * number)
        if not unit or self._day_fits(moment.date()):
            return 0
        day = moment.date() + timedelta(days=1)
        while not self._day_fits(day):
            day += timedelta(days=1)
        ahead = (datetime(day.year, day.month, day.day) - moment).total_seconds()
        return -int(-ahead // unit)

    def _past_until(self, moment: datetime) -> bool:
        until = self.rule.until
        if until is None:
            return False
        if self.rule.until_utc and self.where is not None:
            return at(moment, self.where) > until.replace(tzinfo=UTC)
        return moment > until

    def _first_period(self, after: datetime | None) -> int:
        if after is None or self.rule.count is not None or after <= self.start:
            return 0
        span = {"YEARLY": 366 * 86400, "MONTHLY": 31 * 86400, "WEEKLY": 7 * 86400, "DAILY": 86400,
                "HOURLY": 3600, "MINUTELY": 60, "SECONDLY": 1}[self.rule.freq] * self.rule.interval
        return max(0, int((after - self.start).total_seconds() // span) - 2)

    def _period(self, number: int) -> list[datetime]:
        rule = self.rule
        step = number * rule.interval
        if rule.freq in ("HOURLY", "MINUTELY", "SECONDLY"):
            found = self._short_period(step)
        else:
            days = [day for day in self._days(step) if self._day_fits(day)]
            found = [datetime(day.year, day.month, day.day, hour, minute, second)
                     for day in days for hour in self.hours for minute in self.minutes for second in self.seconds]
        positions = rule.by.get("BYSETPOS")
        if positions:
            count = len(found)
            chosen = {position - 1 if position > 0 else count + position for position in positions}
            found = [found[index] for index in sorted(chosen) if 0 <= index < count]
        return found

    def _days(self, step: int) -> list[date]:
        start = self.start.date()
        if self.rule.freq == "DAILY":
            return [start + timedelta(days=step)]
        if self.rule.freq == "WEEKLY":
            first = start - timedelta(days=(start.weekday() - self.rule.wkst) % 7) + timedelta(days=7 * step)
            return [first + timedelta(days=index) for index in range(7)]
        if self.rule.freq == "MONTHLY":
            year, month = divmod(start.year * 12 + start.month - 1 + step, 12)
            return [date(year, month + 1, day + 1) for day in range(calendar.monthrange(year, month + 1)[1])]
        year = start.year + step
        if self.months and not (self.rule.by.keys() & {"BYWEEKNO", "BYYEARDAY"}):
            return [date(year, month, day + 1) for month in sorted(set(self.months))
                    for day in range(calendar.monthrange(year, month)[1])]
        first = date(year, 1, 1)
        return [first + timedelta(days=index) for index in range(366 if calendar.isleap(year) else 365)]

    def _short_period(self, step: int) -> list[datetime]:
        unit = _SHORT[self.rule.freq]
        base = self.start + timedelta(seconds=unit * step)
        by = self.rule.by
        if not self._day_fits(base.date()) or ("BYHOUR" in by and base.hour not in self.hours):
            return []
        if self.rule.freq != "HOURLY" and "BYMINUTE" in by and base.minute not in self.minutes:
            return []
        if self.rule.freq == "SECONDLY":
            return [base] if "BYSECOND" not in by or base.second in self.seconds else []
        if self.rule.freq == "MINUTELY":
            return [base.replace(second=second) for second in self.seconds]
        return [base.replace(minute=minute, second=second) for minute in self.minutes for second in self.seconds]

    def _day_fits(self, day: date) -> bool:
        by = self.rule.by
        if self.months and day.month not in self.months:
            return False
        if self.month_days:
            length = calendar.monthrange(day.year, day.month)[1]
            if day.day not in self.month_days and day.day - length - 1 not in self.month_days:
                return False
        if "BYYEARDAY" in by:
            length = 366 if calendar.isleap(day.year) else 365
            number = day.timetuple().tm_yday
            if number not in by["BYYEARDAY"] and number - length - 1 not in by["BYYEARDAY"]:
                return False
        if "BYWEEKNO" in by and not self._week_fits(day, by["BYWEEKNO"]):
            return False
        return not self.by_day or any(self._weekday_fits(day, *entry) for entry in self.by_day)

    def _week_fits(self, day: date, wanted: list[int]) -> bool:
        """Weeks are numbered as in ISO 8601, but begin on WKST; the first has 4 days of the year."""
        first = day - timedelta(days=(day.weekday() - self.rule.wkst) % 7)
        year = (first + timedelta(days=3)).year

        def begin(of: int) -> date:
            fourth = date(of, 1, 4)
            return fourth - timedelta(days=(fourth.weekday() - self.rule.wkst) % 7)

        number = (first - begin(year)).days // 7 + 1
        total = (begin(year + 1) - begin(year)).days // 7
        return number in wanted or number - total - 1 in wanted

    def _weekday_fits(self, day: date, ordinal: int, weekday: int) -> bool:
        if day.weekday() != weekday:
            return False
        if ordinal == 0 or self.rule.freq not in ("MONTHLY", "YEARLY"):
            return True
        if self.rule.freq == "MONTHLY" or self.months:
            index, length = day.day - 1, calendar.monthrange(day.year, day.month)[1]
        else:
            index, length = day.timetuple().tm_yday - 1, 366 if calendar.isleap(day.year) else 365
        return ordinal == index // 7 + 1 if ordinal > 0 else -ordinal == (length - 1 - index) // 7 + 1
