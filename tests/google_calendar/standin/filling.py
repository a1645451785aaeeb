"""Makes many events at once, the same ones for the same seed."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from standin import times
from standin.events_write import EventWriter

_WORDS = ("Review", "Dentist", "Planning", "Lunch", "Call", "Training", "Workshop", "Choir", "Interview",
          "Retrospective")
_RULES = ("RRULE:FREQ=WEEKLY;COUNT=20", "RRULE:FREQ=DAILY;INTERVAL=2;COUNT=15", "RRULE:FREQ=MONTHLY;COUNT=12",
          "RRULE:FREQ=WEEKLY;BYDAY=MO,WE,FR;UNTIL={until}")
_ALPHABET = "0123456789abcdefghijklmnopqrstuv"


def fill(writer: EventWriter, wanted: dict[str, Any]) -> list[str]:
    """Their ids. ValueError for a wrong number."""
    count = int(wanted["count"])
    draws = random.Random(int(wanted.get("seed", 1)))
    begin = times.parse(str(wanted.get("start", "2026-01-01T00:00:00Z")))
    if begin is None or begin.tzinfo is None or count < 0:
        raise ValueError("'start' has to be RFC 3339 with an offset, 'count' 0 or more")
    prefix = str(wanted.get("prefix", ""))
    ids = []
    for number in range(count):
        body = _event(draws, begin, number, wanted)
        body["id"] = prefix + "".join(draws.choices(_ALPHABET, k=26))
        record = writer.insert(body)
        record.raw()  # so that the first list is as quick as the next
        ids.append(record.id)
    return ids


def _event(draws: random.Random, begin: datetime, number: int, wanted: dict[str, Any]) -> dict[str, Any]:
    day = begin + timedelta(days=draws.randrange(365))
    body: dict[str, Any] = {"summary": f"{draws.choice(_WORDS)} {number + 1}"}
    if draws.random() < 0.5:
        body["description"] = f"Number {number + 1} of what was filled in."
    if draws.random() < 0.3:
        body["location"] = f"Room {draws.randrange(1, 40)}"
    if draws.random() < float(wanted.get("allDay", 0)):
        body["start"] = {"date": day.date().isoformat()}
        body["end"] = {"date": (day.date() + timedelta(days=draws.choice((1, 1, 2, 5)))).isoformat()}
    else:
        start = day + timedelta(minutes=15 * draws.randrange(32, 76))
        end = start + timedelta(minutes=draws.choice((15, 30, 60, 90)))
        zone_name = draws.choice(("Europe/Berlin", "UTC", "America/New_York"))
        body["start"] = {"dateTime": start.isoformat(), "timeZone": zone_name}
        body["end"] = {"dateTime": end.isoformat(), "timeZone": zone_name}
    if draws.random() < float(wanted.get("recurring", 0)):
        until = (day + timedelta(days=90)).strftime("%Y%m%d" if "date" in body["start"] else "%Y%m%dT%H%M%SZ")
        body["recurrence"] = [draws.choice(_RULES).format(until=until)]
    return body
