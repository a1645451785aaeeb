"""The methods `events`, each a call with its answer."""

from __future__ import annotations

from standin import events_read, instances, quick_add
from standin.call import Answer, Call
from standin.event_view import View
from standin.events_write import EventWriter, import_event
from standin.store import Calendar, Record, at_least

list_events = events_read.list_events
list_instances = events_read.list_instances


def get(call: Call) -> Answer:
    """One event, deleted or not, or an instance of a series."""
    calendar = call.calendar()
    _, body = instances.find(calendar, call.path["eventId"])
    view = View(calendar, call.store.role_of(call.account, calendar), call.query)
    return Answer(content=view.body(body), etag=body["etag"])


def _writer(call: Call) -> EventWriter:
    return EventWriter(call, call.calendar(_least_role(call)))


def _least_role(call: Call) -> str:
    """`writer`, unless the caller has the kind of it that sees no private events."""
    role = "writerWithoutPrivateAccess"
    return role if at_least(call.store.role_of(call.account, call.calendar()), role) else "writer"


def _written(call: Call, calendar: Calendar, record: Record) -> Answer:
    guests = {name: call.query[name] for name in ("maxAttendees",) if name in call.query}
    return Answer(content=View(calendar, "owner", guests).raw(record), etag=record.body["etag"])


def insert(call: Call) -> Answer:
    writer = _writer(call)
    return _written(call, writer.calendar, writer.insert(call.body))


def import_(call: Call) -> Answer:
    writer = _writer(call)
    return _written(call, writer.calendar, import_event(writer, call.body))


def update(call: Call) -> Answer:
    writer = _writer(call)
    return _written(call, writer.calendar, writer.change(call.path["eventId"], call.body, whole=True))


def patch(call: Call) -> Answer:
    writer = _writer(call)
    return _written(call, writer.calendar, writer.change(call.path["eventId"], call.body, whole=False))


def delete(call: Call) -> Answer:
    _writer(call).delete(call.path["eventId"])
    return Answer(204)


def move(call: Call) -> Answer:
    writer = _writer(call)
    destination = call.store.find(call.account, call.query["destination"], "writer")
    return _written(call, destination, writer.move(call.path["eventId"], destination))


def add_quickly(call: Call) -> Answer:
    writer = _writer(call)
    calendar = writer.calendar
    body = quick_add.event_of(call.query["text"], call.store.clock.now(), calendar.zone, calendar.zone_name)
    return _written(call, calendar, writer.insert(body))


def watch(call: Call) -> Answer:
    calendar = call.calendar()
    return call.channels.watch(call, "events", calendar.id, f"/calendars/{calendar.id}/events")
