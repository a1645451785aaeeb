"""What calendars are filled with: single events, 30 a week; recurring series in zones that have 30
occurrences a week together; and files of many events for the benches of growth."""

import datetime

import world

EVENTS_A_WEEK = 30
FIRST_MONDAY = datetime.date(2024, 1, 1)
TEXT = "What changed since the last one, what is open, and who takes it"


def slots(count, first=FIRST_MONDAY):
    """Begins of `count` events: 30 a week, Monday to Friday, six a day from 8 o'clock on."""
    for number in range(count):
        week, rest = divmod(number, EVENTS_A_WEEK)
        day, hour = divmod(rest, 6)
        date = first + datetime.timedelta(weeks=week, days=day)
        yield number, datetime.datetime.combine(date, datetime.time(8 + hour))


def single_events(count):
    """Requests for that many single events of 45 minutes in Berlin."""
    for number, begin in slots(count):
        end = begin + datetime.timedelta(minutes=45)
        yield {"summary": f"Review of section {number}", "location": f"Room {number % 30}",
               "start": {"dateTime": begin.isoformat(), "timeZone": "Europe/Berlin"},
               "end": {"dateTime": end.isoformat(), "timeZone": "Europe/Berlin"}}


def series():
    """Ten series, three days a week each, in five zones, that began in 2024 and go on."""
    for number in range(10):
        zone = world.ZONES[number % len(world.ZONES)]
        time = f"{8 + number:02}:00:00"
        yield {"summary": f"Stand-up of team {number}", "location": f"Room {number}",
               "start": {"dateTime": f"2024-01-01T{time}", "timeZone": zone},
               "end": {"dateTime": f"2024-01-01T{time[:3]}30:00", "timeZone": zone},
               "recurrence": ["RRULE:FREQ=WEEKLY;BYDAY=MO,WE,FR"]}


def batch(caller, events):
    """Creates the events, 500 a request; answers their ids."""
    events = list(events)
    ids = []
    for at in range(0, len(events), 500):
        operations = [{"method": "create", "event": event} for event in events[at:at + 500]]
        results = caller.call("POST", "/events/batch", {"operations": operations})["results"]
        for result in results:
            if result["status"] != 201:
                raise RuntimeError(f"an event was not created: {result}")
            ids.append(result["event"]["id"])
    return ids


def week(number):
    """The days between which week `number` of the slots lies."""
    start = FIRST_MONDAY + datetime.timedelta(weeks=number)
    return start, start + datetime.timedelta(weeks=1)


def calendar_file(count, first_monday):
    """A text/calendar file of that many events in their slots."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//scheduling-worker//bench//EN"]
    for number, begin in slots(count, first_monday):
        hour = begin.strftime("%Y%m%dT%H")
        lines.append(f"BEGIN:VEVENT\r\nUID:review-{number}\r\nDTSTAMP:20260101T000000Z\r\n"
                     f"DTSTART:{hour}0000Z\r\nDTEND:{hour}4500Z\r\nSUMMARY:Review of section {number}\r\n"
                     f"DESCRIPTION:{TEXT}\r\nLOCATION:Room {number % 30}\r\nEND:VEVENT")
    lines.append("END:VCALENDAR\r\n")
    return "\r\n".join(lines).encode()
