"""The Event resource: checks what a caller writes and makes it what Google would answer."""

from __future__ import annotations

import base64
import re
from typing import Any

from standin import times
from standin.conference import with_conference
from standin.errors import ApiError, invalid, missing
from standin.series import Series
from standin.store import Calendar

ID = re.compile(r"[a-v0-9]{5,1024}\Z")
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\Z")
TYPES = ("default", "birthday", "focusTime", "fromGmail", "outOfOffice", "workingLocation")
_TEXTS = ("summary", "description", "location", "colorId", "eventLabelId", "iCalUID", "id")
FLAGS = {"anyoneCanAddSelf": False, "guestsCanInviteOthers": True, "guestsCanModify": False,
          "guestsCanSeeOtherGuests": True, "privateCopy": False}  # with what is left out of answers
_CHOICES = {"status": ("confirmed", "tentative", "cancelled"), "transparency": ("opaque", "transparent"),
            "visibility": ("default", "public", "private", "confidential"), "eventType": TYPES}
_OBJECTS = ("birthdayProperties", "focusTimeProperties", "outOfOfficeProperties", "workingLocationProperties",
            "gadget", "source")
WRITABLE = {"start", "end", "recurrence", "attendees", "attachments", "conferenceData", "extendedProperties",
            "reminders", "sequence", *_TEXTS, *FLAGS, *_CHOICES, *_OBJECTS} - {"id", "iCalUID"}
_ORDER = ("kind", "etag", "id", "status", "htmlLink", "created", "updated", "summary", "description", "location",
          "colorId", "creator", "organizer", "start", "end", "recurrence", "recurringEventId", "originalStartTime",
          "transparency", "visibility", "iCalUID", "sequence", "attendees")


def check_id(value: Any) -> str:
    """An id that a client made: base32hex."""
    if not isinstance(value, str) or not ID.match(value):
        raise invalid("Invalid resource id value.")
    return value


def link(event_id: str, calendar_id: str) -> str:
    code = base64.urlsafe_b64encode(f"{event_id} {calendar_id}".encode()).decode().rstrip("=")
    return f"https://www.google.com/calendar/event?eid={code}"


def cleaned(wanted: dict[str, Any], calendar: Calendar, organizer: str, query: dict[str, Any],
            old: dict[str, Any]) -> dict[str, Any]:
    """The writable part of an event as it will be: `wanted` is whole (a patch is merged before).

    `old` is the event before, {} for a new one. ApiError names the first mistake.
    """
    event: dict[str, Any] = {}
    for name in _TEXTS:
        value = wanted.get(name)
        if value is not None and not isinstance(value, str):
            raise invalid(f"Invalid value for: {name}")
        if value:
            event[name] = value
    for name, usual in FLAGS.items():
        value = wanted.get(name)
        if value is not None and not isinstance(value, bool):
            raise invalid(f"Invalid value for: {name}")
        if value is not None and value != usual:
            event[name] = value
    for name, allowed in _CHOICES.items():
        value = wanted.get(name)
        if value is not None and value not in allowed:
            raise invalid(f"Invalid value for: {name}")
        if value is not None and value not in ("opaque", "default") or name == "eventType":
            event[name] = value or "default"
    event.setdefault("status", "confirmed")
    for name in _OBJECTS:
        if isinstance(wanted.get(name), dict):
            event[name] = wanted[name]
    if event.get("colorId") and event["colorId"] not in [str(number) for number in range(1, 12)]:
        raise invalid("Invalid color id.")
    _read_times(wanted, event, calendar)
    _read_type(event, calendar, old)
    event["reminders"] = _reminders(wanted.get("reminders"))
    if wanted.get("attendees"):
        event["attendees"] = _attendees(wanted["attendees"], calendar.id, organizer)
    if isinstance(wanted.get("extendedProperties"), dict):
        kept = _extended(wanted["extendedProperties"])
        if kept:
            event["extendedProperties"] = kept
    attachments = wanted.get("attachments") if query.get("supportsAttachments") else old.get("attachments")
    if attachments:
        event["attachments"] = _attachments(attachments)
    return with_conference(event, wanted, old, query.get("conferenceDataVersion", 0))


def _read_times(wanted: dict[str, Any], event: dict[str, Any], calendar: Calendar) -> None:
    start = times.read(wanted.get("start"), "start", calendar.zone_name)
    end = times.read(wanted.get("end"), "end", calendar.zone_name)
    if start.all_day != end.all_day:
        raise invalid("Invalid start or end time: both have to be days, or neither.")
    begin, finish = start.utc(calendar.zone), end.utc(calendar.zone)
    if finish < begin or (start.all_day and finish == begin):
        raise ApiError(400, "timeRangeEmpty", "The specified time range is empty.", domain="calendar")
    recurrence = wanted.get("recurrence")
    if recurrence:
        if not isinstance(recurrence, list) or not all(isinstance(line, str) for line in recurrence):
            raise invalid("Invalid value for: recurrence")
        if not start.all_day and not (start.named and end.named):
            raise missing(f"Missing time zone definition for {'end' if start.named else 'start'} time.")
        if next(Series(recurrence, start).walls(), None) is None:
            raise invalid("Invalid recurrence rule.")
        event["recurrence"] = list(recurrence)
    event["start"] = start.resource(calendar.zone)
    event["end"] = end.resource(calendar.zone)


def _read_type(event: dict[str, Any], calendar: Calendar, old: dict[str, Any]) -> None:
    kind = event["eventType"]
    if old and kind != old.get("eventType", "default"):
        raise invalid("Event type cannot be changed.", reason="eventTypeRestriction", domain="calendar")
    if kind == "fromGmail" and not old:
        raise invalid("Events of this type cannot be created.", reason="eventTypeRestriction", domain="calendar")
    if kind in ("focusTime", "outOfOffice", "workingLocation") and not calendar.primary:
        raise invalid("Status events are only allowed on primary calendars.", reason="eventTypeRestriction",
                      domain="calendar")
    if kind == "workingLocation" and "workingLocationProperties" not in event:
        raise invalid("A working location event must have working location properties.",
                      reason="malformedWorkingLocationEvent", domain="calendar")
    if kind == "birthday":
        event.setdefault("birthdayProperties", {"type": "birthday"})


def _reminders(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        return {"useDefault": True}
    overrides = value.get("overrides") or []
    if value.get("useDefault", False) and overrides:
        raise invalid("Cannot specify both default reminders and overrides at the same time.",
                      reason="cannotUseDefaultRemindersAndSpecifyOverride", domain="calendar")
    if len(overrides) > 5:
        raise invalid("The number of override reminders is limited to 5.", reason="invalid", domain="calendar")
    kept = []
    for one in overrides:
        minutes = one.get("minutes") if isinstance(one, dict) else None
        if not isinstance(minutes, int) or isinstance(minutes, bool) or not 0 <= minutes <= 40320:
            raise invalid("Invalid reminder minutes: between 0 and 40320.")
        if one.get("method") not in ("email", "popup"):
            raise invalid("Invalid reminder method.")
        kept.append({"method": one["method"], "minutes": minutes})
    answer: dict[str, Any] = {"useDefault": bool(value.get("useDefault", False))}
    if kept:
        answer["overrides"] = kept
    return answer


def _attendees(value: Any, owner: str, organizer: str) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        raise invalid("Invalid value for: attendees")
    found: dict[str, dict[str, Any]] = {}
    for one in value:
        email = one.get("email") if isinstance(one, dict) else None
        if not isinstance(email, str) or not _EMAIL.match(email):
            raise invalid("Invalid attendee email.")
        email = email.lower()
        status = one.get("responseStatus", "needsAction")
        if status not in ("needsAction", "declined", "tentative", "accepted"):
            raise invalid("Invalid attendee response status.")
        person: dict[str, Any] = {"email": email}
        for name in ("displayName", "comment"):
            if isinstance(one.get(name), str) and one[name]:
                person[name] = one[name]
        if email == organizer:
            person["organizer"] = True
        if email == owner:
            person["self"] = True
        for name in ("optional", "resource"):
            if one.get(name) is True:
                person[name] = True
        if isinstance(one.get("additionalGuests"), int) and one["additionalGuests"] > 0:
            person["additionalGuests"] = one["additionalGuests"]
        person["responseStatus"] = status
        found.setdefault(email, person)
    return list(found.values())


def _extended(value: dict[str, Any]) -> dict[str, Any]:
    """Names above 44 characters are dropped, values above 1,024 cut, without a word (Google's guide
    "Extended properties"); 300 of each kind."""
    kept: dict[str, Any] = {}
    for kind in ("private", "shared"):
        properties = value.get(kind)
        if not isinstance(properties, dict):
            continue
        if any(not isinstance(one, str) for one in properties.values()):
            raise invalid(f"Invalid value for: extendedProperties.{kind}")
        if len(properties) > 300:
            raise invalid("Too many extended properties.")
        short = {name: text[:1024] for name, text in properties.items() if len(name) <= 44}
        if short:
            kept[kind] = short
    return kept


def _attachments(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or len(value) > 25:
        raise invalid("Invalid value for: attachments")
    for one in value:
        if not isinstance(one, dict) or not one.get("fileUrl"):
            raise missing("Missing fileUrl of an attachment.")
    return value


def ordered(event: dict[str, Any]) -> dict[str, Any]:
    """Fields in the order in which Google writes them."""
    first = {name: event[name] for name in _ORDER if name in event}
    return first | event


def tombstone(event: dict[str, Any]) -> dict[str, Any]:
    """All that Google guarantees of a cancelled event; of a cancelled exception a little more."""
    names = ["kind", "etag", "id", "status"]
    if "recurringEventId" in event:
        names += ["recurringEventId", "originalStartTime"]
    return {name: event[name] for name in names if name in event}
