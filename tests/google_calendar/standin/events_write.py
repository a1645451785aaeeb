"""Writing events: what insert, import, update, patch, delete, move and quickAdd do to a calendar."""

from __future__ import annotations

from typing import Any

from standin import event_resource, instances, invitations, times
from standin.call import Call, merged
from standin.clock import text_of
from standin.errors import ApiError, invalid, known, missing
from standin.store import Account, Calendar, Record

_TIMES = ("start", "end", "recurrence")
_LEFT_BEHIND = ("kind", "id", "recurringEventId", "originalStartTime", "iCalUID", "organizer", "recurrence",
                "start", "end")
_OWN = {"reminders", "colorId", "transparency", "visibility", "extendedProperties", "attendees", "status",
        "sequence", "attendeesOmitted"}  # what a guest may say of their own copy


class EventWriter:
    """Changes of one calendar by somebody who may write to it."""

    def __init__(self, call: Call, calendar: Calendar) -> None:
        self.store = call.store
        self.channels = call.channels
        self.actor: Account = call.account
        self.call = call
        self.calendar = calendar

    def insert(self, body: dict[str, Any], imported: bool = False) -> Record:
        """A new event; 409 when its id or iCalUID is known."""
        calendar = self.calendar
        given = body.get("id")
        if given is not None:
            event_resource.check_id(given)
            if body.get("iCalUID") and not imported:
                raise invalid("Only one of id and iCalUID may be given.")
            if given in calendar.events:
                raise known("duplicate")
        uid = body.get("iCalUID")
        if uid and not imported and calendar.uids.get(uid):
            raise known("duplicate")
        event_id = given or self.store.new_id()
        wanted = {name: body[name] for name in event_resource.WRITABLE if body.get(name) is not None}
        organizer = self._organizer(body if imported else {})
        event = event_resource.cleaned(wanted, calendar, organizer["email"], self.call.query, {})
        now = text_of(self.store.clock.now())
        creator = {**self.actor.person(), **({"self": True} if self.actor.email == calendar.id else {})}
        event |= {"kind": "calendar#event", "id": event_id, "htmlLink": event_resource.link(event_id, calendar.id),
                  "created": now, "creator": creator, "organizer": organizer,
                  "iCalUID": uid or f"{event_id}@google.com", "sequence": _sequence(wanted, 0, False)}
        record = self.save(event, None)
        invitations.send(self, record)
        return record

    def _organizer(self, body: dict[str, Any]) -> dict[str, Any]:
        calendar = self.calendar
        given = body.get("organizer", {}).get("email") if isinstance(body.get("organizer"), dict) else None
        if given and given.lower() != calendar.id:
            kept = {"email": given.lower()}
            if body["organizer"].get("displayName"):
                kept["displayName"] = body["organizer"]["displayName"]
            return kept
        if calendar.primary:
            return {**self.store.account(calendar.owner).person(), "self": True}
        return {"email": calendar.id, "displayName": calendar.body.get("summary", ""), "self": True}

    def change(self, event_id: str, body: dict[str, Any], whole: bool) -> Record:
        """update (`whole`) or patch of an event or of an instance, which becomes an exception."""
        record, old = instances.find(self.calendar, event_id)
        self.call.check_match(old["etag"])
        writable = {name: old[name] for name in event_resource.WRITABLE if name in old}
        if body.get("attendeesOmitted") is True and isinstance(body.get("attendees"), list):
            body = {**body, "attendees": _with_answers(old.get("attendees", []), body["attendees"])}
        change = {name: value for name, value in body.items() if name in event_resource.WRITABLE}
        if whole:
            wanted = {name: value for name, value in change.items() if value is not None}
            wanted.setdefault("eventType", old.get("eventType", "default"))
        else:
            wanted = merged(writable, change)
        if old.get("recurringEventId"):
            wanted.pop("recurrence", None)
        if invitations.is_guest_copy(self.store, self.calendar, old):
            wanted = self._as_guest(old, wanted, whole)
        event = event_resource.cleaned(wanted, self.calendar, old["organizer"]["email"], self.call.query, old)
        if event["status"] == "cancelled" and not old.get("status") == "cancelled":
            return self.cancel(record, old)
        return self._store_change(record, old, event, wanted)

    def _store_change(self, record: Record | None, old: dict[str, Any], event: dict[str, Any],
                      wanted: dict[str, Any]) -> Record:
        kept = ("kind", "id", "htmlLink", "created", "creator", "organizer", "iCalUID", "recurringEventId",
                "originalStartTime")
        event |= {name: old[name] for name in kept if name in old}
        moved = (any(event.get(name) != old.get(name) for name in _TIMES if name in event or name in old)
                 or (old.get("status") == "cancelled") != (event["status"] == "cancelled"))
        if record is None:  # an instance had no recurrence of its own to lose
            moved = any(event[name] != old[name] for name in ("start", "end"))
        event["sequence"] = _sequence(wanted, old.get("sequence", 0), moved)
        touched = _differs_beyond_reminders(event, old)
        saved = self.save(event, record, touched)
        if saved.series and moved:
            self._drop_lost_exceptions(saved)
        if saved.series and old.get("status") == "cancelled" and event["status"] != "cancelled":
            self._restore_exceptions(saved)
        invitations.send(self, saved, old)
        return saved

    def _as_guest(self, old: dict[str, Any], wanted: dict[str, Any], whole: bool) -> dict[str, Any]:
        """403 when a guest changes what only the organiser may; else the change on the whole event."""
        if old.get("guestsCanModify"):
            return wanted
        for name in event_resource.WRITABLE - _OWN:
            usual = event_resource.FLAGS.get(name)
            before, after = old.get(name, usual), wanted.get(name, usual)
            if name in ("start", "end") and isinstance(before, dict) and isinstance(after, dict):
                same = times.read(before, name, "UTC").utc(self.calendar.zone) == \
                    times.read(after, name, self.calendar.zone_name).utc(self.calendar.zone)
            else:
                same = before == after or (after is None and (whole or before in (None, "default")))
            if not same and name != "eventType":
                raise known("forbiddenForNonOrganizer")
        others = {one["email"]: one for one in old.get("attendees", [])}
        for one in wanted.get("attendees", []):
            email = str(one.get("email", "")).lower()
            known_one = others.get(email)
            answers = one.get("responseStatus", "needsAction")
            if email != self.calendar.id and (known_one is None or answers != known_one["responseStatus"]):
                raise known("forbiddenForNonOrganizer")
        base = {name: old[name] for name in event_resource.WRITABLE if name in old}
        own = {name: wanted[name] for name in _OWN if name in wanted}
        own["attendees"] = _with_answers(old.get("attendees", []), wanted.get("attendees", []))
        return base | own

    def delete(self, event_id: str) -> Record:
        """events.delete: 410 when it is deleted already."""
        record, body = instances.find(self.calendar, event_id)
        if body.get("status") == "cancelled":
            raise known("deleted")
        self.call.check_match(body["etag"])
        return self.cancel(record, body)

    def cancel(self, record: Record | None, old: dict[str, Any]) -> Record:
        """Deletes an event, an instance, or a series with all its exceptions."""
        event = {**old, "status": "cancelled", "sequence": old.get("sequence", 0) + 1}
        saved = self.save(event, record)
        if saved.series:
            for event_id in sorted(self.calendar.exceptions.get(saved.id, ())):
                exception = self.calendar.events[event_id]
                if not exception.cancelled:
                    self.save({**exception.body, "status": "cancelled"}, exception)
                    self.calendar.cancelled_with.setdefault(saved.id, set()).add(event_id)
        invitations.withdraw(self, saved)
        return saved

    def _drop_lost_exceptions(self, master: Record) -> None:
        series = master.occurrences()
        for event_id in sorted(self.calendar.exceptions.get(master.id, ())):
            exception = self.calendar.events[event_id]
            wall = series.wall_of(event_id.rpartition("_")[2])
            if not exception.cancelled and (wall is None or not series.contains(wall)):
                self.save({**exception.body, "status": "cancelled"}, exception)

    def _restore_exceptions(self, master: Record) -> None:
        for event_id in sorted(self.calendar.cancelled_with.pop(master.id, ())):
            exception = self.calendar.events[event_id]
            self.save({**exception.body, "status": "confirmed"}, exception)

    def save(self, event: dict[str, Any], old: Record | None, touched: bool = True) -> Record:
        """Stores it as the latest change of the calendar and tells the channels."""
        store, calendar = self.store, self.calendar
        now = store.clock.now() if touched or old is None else old.updated
        event["etag"] = store.etag()
        event["updated"] = text_of(now)
        start, end = instances.stored_times(calendar, event)
        record = Record(event_resource.ordered(event), calendar.next_change(), start, end, now)
        calendar.put(record)
        self.channels.changed("events", calendar.id)
        return record

    def move(self, event_id: str, destination: Calendar) -> Record:
        """To another calendar, which becomes its organiser; what stays is a cancelled event."""
        record, body = instances.find(self.calendar, event_id)
        if body.get("recurringEventId"):
            raise ApiError(400, "cannotChangeOrganizerOfInstance",
                           "Cannot change the organizer of an instance.", domain="calendar")
        if body.get("eventType", "default") != "default":
            raise invalid("Only default events can be moved.", reason="eventTypeRestriction", domain="calendar")
        if invitations.is_guest_copy(self.store, self.calendar, body):
            raise known("forbiddenForNonOrganizer")
        if body.get("status") == "cancelled":
            raise known("deleted")
        present = destination.events.get(event_id)
        if destination is self.calendar or (present is not None and not present.cancelled):
            raise known("duplicate")
        assert record is not None
        there = EventWriter(self.call, destination)
        exceptions = [self.calendar.events[one] for one in sorted(self.calendar.exceptions.get(event_id, ()))]
        for one in [record, *exceptions]:
            moved = {**one.body, "organizer": there._organizer({}),
                     "htmlLink": event_resource.link(one.id, destination.id)}
            if one is record:
                moved["sequence"] = one.body.get("sequence", 0) + 1
            there.save(moved, destination.events.get(one.id))
            bare: dict[str, Any] = {name: one.body[name] for name in _LEFT_BEHIND if name in one.body}
            self.save({**bare, "status": "cancelled"}, one)
        return destination.events[event_id]


def _sequence(wanted: dict[str, Any], before: int, moved: bool) -> int:
    given = wanted.get("sequence")
    if given is None:
        return before + 1 if moved else before
    if not isinstance(given, int) or isinstance(given, bool) or given < before:
        raise invalid("Invalid sequence value. The specified sequence number is below the current sequence number "
                      "of the resource. Re-fetch the resource and use its sequence number on the following request.")
    return max(given, before + 1) if moved else given


def _differs_beyond_reminders(event: dict[str, Any], old: dict[str, Any]) -> bool:
    ignored = {"reminders", "etag", "updated"}
    names = (event.keys() | old.keys()) - ignored
    changed = any(event.get(name) != old.get(name) for name in names)
    return changed or event.get("reminders") == old.get("reminders")


def _with_answers(attendees: list[dict[str, Any]], given: list[Any]) -> list[dict[str, Any]]:
    """The list with the answers that `given` has for some of its people."""
    answers = {str(one.get("email", "")).lower(): one for one in given if isinstance(one, dict)}
    return [one | {name: value for name, value in answers.get(one["email"], {}).items() if name != "email"}
            for one in attendees]


def import_event(writer: EventWriter, body: dict[str, Any]) -> Record:
    """events.import: a private copy. A known iCalUID is updated, unless its sequence is newer."""
    uid = body.get("iCalUID")
    if not isinstance(uid, str) or not uid:
        raise missing("Missing iCalUID.")
    if body.get("eventType", "default") != "default":
        raise invalid("Only default events can be imported.", reason="eventTypeRestriction", domain="calendar")
    calendar = writer.calendar
    present = [calendar.events[one] for one in sorted(calendar.uids.get(uid, ()))]
    masters = [one for one in present if not one.master_id]
    if not masters:
        return writer.insert(body, imported=True)
    target = masters[0].id
    if body.get("originalStartTime") and masters[0].series:
        wanted = times.read(body["originalStartTime"], "original start", calendar.zone_name)
        series = masters[0].occurrences()
        wall = wanted.wall() if wanted.all_day or wanted.instant is None else \
            times.local_in(wanted.instant, series.where)
        target = f"{target}_{series.key(wall)}"
    kept = {name: value for name, value in body.items() if name not in ("id", "iCalUID")}
    return writer.change(target, kept, whole=True)
