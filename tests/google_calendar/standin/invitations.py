"""Guests who are accounts of the stand-in: their copies of an event, and their answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from standin import event_resource, instances
from standin.call import merged
from standin.errors import ApiError
from standin.store import Calendar, Record, Store

if TYPE_CHECKING:
    from standin.events_write import EventWriter

# What a copy keeps of its own when the organiser changes the event.
_OWN = ("reminders", "colorId", "transparency", "visibility")


def is_guest_copy(store: Store, calendar: Calendar, event: dict[str, Any]) -> bool:
    """Whether the event belongs to another calendar here, where its organiser has it."""
    organizer = event.get("organizer", {}).get("email", calendar.id)
    home = store.calendars.get(organizer)
    if organizer == calendar.id or home is None:
        return False
    return event["id"] in home.events or event.get("recurringEventId") in home.events


def _guests(event: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["email"]: one for one in event.get("attendees", [])}


def send(writer: EventWriter, record: Record, old: dict[str, Any] | None = None) -> None:
    """After a write: the organiser's event reaches the guests, a guest's answer the organiser."""
    event, home = record.body, writer.calendar
    if is_guest_copy(writer.store, home, event):
        _answer(writer, event)
        return
    if event.get("organizer", {}).get("email") != home.id or event.get("privateCopy"):
        return
    guests = _guests(event)
    for email in sorted((guests.keys() | _guests(old or {}).keys()) - {home.id}):
        account = writer.store.accounts.get(email)
        if account is None:
            continue
        there = type(writer)(writer.call, writer.store.calendars[email])
        if email in guests:
            _copy(there, event)
        else:
            _end(there, event["id"])


def _copy(there: EventWriter, event: dict[str, Any]) -> None:
    calendar = there.calendar
    present = calendar.events.get(event["id"])
    body = {name: value for name, value in event.items() if name not in _OWN}
    body["organizer"] = {name: value for name, value in event["organizer"].items() if name != "self"}
    creator = {name: value for name, value in event.get("creator", {}).items() if name != "self"}
    body["creator"] = creator | ({"self": True} if creator.get("email") == calendar.id else {})
    body["htmlLink"] = event_resource.link(event["id"], calendar.id)
    body["attendees"] = [
        {name: value for name, value in one.items() if name != "self"}
        | ({"self": True} if one["email"] == calendar.id else {})
        for one in event["attendees"]]
    shared = event.get("extendedProperties", {}).get("shared")
    private = present.body.get("extendedProperties", {}).get("private") if present else None
    properties = {name: value for name, value in (("private", private), ("shared", shared)) if value}
    body.pop("extendedProperties", None)
    if properties:
        body["extendedProperties"] = properties
    if present:
        body |= {name: present.body[name] for name in _OWN if name in present.body}
    body.setdefault("reminders", {"useDefault": True})
    there.save(body, present)


def _end(there: EventWriter, event_id: str) -> None:
    present = there.calendar.events.get(event_id)
    if present is not None and not present.cancelled:
        there.save({**present.body, "status": "cancelled"}, present)


def _answer(writer: EventWriter, event: dict[str, Any]) -> None:
    """Takes a guest's answer over into the organiser's event and the other copies."""
    own = _guests(event).get(writer.calendar.id)
    home = writer.store.calendars[event["organizer"]["email"]]
    try:
        record, body = instances.find(home, event["id"])
    except ApiError:  # no instance of the organiser's series any more
        return
    theirs = _guests(body).get(writer.calendar.id)
    if own is None or theirs is None or own["responseStatus"] == theirs["responseStatus"]:
        return
    attendees = [merged(one, {"responseStatus": own["responseStatus"], "comment": own.get("comment")})
                 if one["email"] == writer.calendar.id else one for one in body["attendees"]]
    there = type(writer)(writer.call, home)
    saved = there.save({**body, "attendees": attendees}, record)
    for email in sorted(_guests(saved.body).keys() - {home.id, writer.calendar.id}):
        if email in writer.store.accounts:
            _copy(type(writer)(writer.call, writer.store.calendars[email]), saved.body)


def withdraw(writer: EventWriter, record: Record) -> None:
    """After a deletion: an organiser's ends all copies, a guest's declines."""
    event = record.body
    if is_guest_copy(writer.store, writer.calendar, event):
        attendees = [one | {"responseStatus": "declined"} if one["email"] == writer.calendar.id else one
                     for one in event.get("attendees", [])]
        _answer(writer, {**event, "attendees": attendees})
        return
    for email in sorted(_guests(event).keys() - {writer.calendar.id}):
        if email in writer.store.accounts:
            there = type(writer)(writer.call, writer.store.calendars[email])
            _end(there, event["id"])
            for one in sorted(there.calendar.exceptions.get(event["id"], ())):
                _end(there, one)
