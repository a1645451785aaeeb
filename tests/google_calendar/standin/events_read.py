"""Reading events: events.list, with sync tokens and pages, and events.instances."""

from __future__ import annotations

import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from standin import event_resource, instances, sync_tokens, times
from standin.call import Answer, Call
from standin.clock import text_of
from standin.errors import ApiError, as_bytes, invalid, known
from standin.event_view import View
from standin.store import Calendar, Record

_TWO_YEARS = 2 * 366 * 86400
_NOT_WITH_TOKEN = ("iCalUID", "privateExtendedProperty", "q", "sharedExtendedProperty", "timeMin", "timeMax",
                   "updatedMin")
_NO_TOKEN_FOR = ("iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty", "updatedMin")
_SAME_AS_FIRST = ("singleEvents", "eventTypes")
_SEARCHED = ("summary", "description", "location")


@dataclass
class Item:
    """One entry of a page: where it stands, and its event as JSON."""

    key: list[Any]
    raw: bytes


def list_events(call: Call) -> Answer:
    calendar = call.calendar()
    return EventList(call, calendar).answer()


class EventList:
    """One call of events.list. Pages are keyset pages: a page token names the last key given."""

    def __init__(self, call: Call, calendar: Calendar) -> None:
        self.call = call
        self.calendar = calendar
        query = call.query
        self.since: int | None = None
        self.tokens = sync_tokens.SyncTokens(call.store, "events", calendar.id, call.account.email)
        self.filters = {name: query[name] for name in (*_NO_TOKEN_FOR, *_SAME_AS_FIRST, "timeMin", "timeMax")
                        if name in query}
        self.show_deleted = query.get("showDeleted", False)
        strange = [one for one in query.get("eventTypes", []) if one not in event_resource.TYPES]
        if strange:
            raise invalid(f"Invalid string value: '{strange[0]}'.", "eventTypes", reason="invalidParameter")
        if "syncToken" in query:
            self._resume(query)
        self.single = bool(self.filters.get("singleEvents"))
        self.order = query.get("orderBy")
        if self.order == "startTime" and not self.single:
            raise invalid("The requested ordering is not available for the particular query.", "orderBy")
        self._read_window()
        self.view = View(calendar, call.store.role_of(call.account, calendar), query)
        self.upto = calendar.sequence
        self.after_key: list[Any] | None = None
        if "pageToken" in query:
            token = sync_tokens.decode(query["pageToken"], "pageToken")
            if token.get("f") != self._fingerprint():
                raise invalid("Invalid page token value.", "pageToken")
            self.upto, self.after_key = token["u"], token["k"]

    def _resume(self, query: dict[str, Any]) -> None:
        if "orderBy" in query:
            raise ApiError(400, "syncTokenWithNonDefaultOrdering",
                           "Sync token cannot be used with non-default ordering.", domain="calendar",
                           location_type="parameter", location="syncToken")
        if any(name in query for name in _NOT_WITH_TOKEN) or query.get("showDeleted") is False:
            raise ApiError(400, "syncTokenWithRequestRestrictions",
                           "Sync token cannot be used with other request restrictions.", domain="calendar",
                           location_type="parameter", location="syncToken")
        self.since, first = self.tokens.take(query["syncToken"])
        for name in _SAME_AS_FIRST:
            if query.get(name) != first.get(name) and bool(query.get(name)) != bool(first.get(name)):
                raise invalid(f"The parameter {name} differs from that of the first list.", name)
        self.filters = first

    def _read_window(self) -> None:
        low, high = self.filters.get("timeMin"), self.filters.get("timeMax")
        self.after = times.bound(low, "timeMin").timestamp() if low else None
        self.before = times.bound(high, "timeMax").timestamp() if high else None
        if self.after is not None and self.before is not None and self.after >= self.before:
            raise ApiError(400, "timeRangeEmpty", "The specified time range is empty.", domain="calendar",
                           location_type="parameter", location="timeMax")
        self.updated_min: float | None = None
        if self.filters.get("updatedMin"):
            self.updated_min = times.bound(self.filters["updatedMin"], "updatedMin").timestamp()
            settings = self.call.store.settings
            if self.updated_min < self.call.store.clock.now() - settings.updatedMinDays * 86400:
                raise known("updatedMinTooLongAgo")

    def _fingerprint(self) -> str:
        return sync_tokens.fingerprint(self.calendar.id, self.filters, self.since, self.show_deleted,
                                       self.call.store.generation)

    def answer(self) -> Answer:
        wanted = min(self.call.query.get("maxResults", 250), 2500)
        page: list[Item] = []
        more = False
        for item in self._items():
            if len(page) == wanted:
                more = True
                break
            page.append(item)
        head = self._head()
        if more:
            head["nextPageToken"] = sync_tokens.encode(
                {"t": "pageToken", "f": self._fingerprint(), "u": self.upto, "k": page[-1].key})
        elif not any(name in self.filters for name in _NO_TOKEN_FOR):
            kept = {name: value for name, value in self.filters.items() if name not in _NO_TOKEN_FOR}
            head["nextSyncToken"] = self.tokens.give(self.upto, kept)
        content = as_bytes(head)[:-1] + b',"items":[' + b",".join(item.raw for item in page) + b"]}"
        return Answer(content=content, etag=head["etag"])

    def empty_page(self) -> Answer:
        """No items, and a token that goes on where this page would have begun."""
        key = self.after_key if self.after_key is not None else [-1]
        head = self._head()
        head["nextPageToken"] = sync_tokens.encode(
            {"t": "pageToken", "f": self._fingerprint(), "u": self.upto, "k": key})
        return Answer(content=as_bytes({**head, "items": []}), etag=head["etag"])

    def _head(self) -> dict[str, Any]:
        calendar, store = self.calendar, self.call.store
        entry = self.call.account.entries.get(calendar.id)
        latest = next(reversed(calendar.events.values()), None)
        return {
            "kind": "calendar#events", "etag": f'"p{calendar.sequence:x}{store.generation:x}o"',
            "summary": calendar.body.get("summary", ""), "description": calendar.body.get("description", ""),
            "updated": text_of(latest.updated if latest else 0), "timeZone": calendar.zone_name,
            "accessRole": store.role_of(self.call.account, calendar),
            "defaultReminders": entry.body["defaultReminders"] if entry and not entry.deleted else [],
        }

    def _items(self) -> Iterator[Item]:
        """All that match after the last page, in order."""
        if self.single or self.order:
            found = sorted(self._unordered(), key=lambda item: item.key)
            if self.after_key is not None:
                found = found[bisect.bisect_right([item.key for item in found], self.after_key):]
            yield from found
            return
        begin = self.since if self.since is not None else 0
        if self.after_key is not None:
            begin = max(begin, self.after_key[0])
        for record in self._changed_after(begin):
            if self._wanted(record):
                yield Item([record.change], self._raw(record))

    def _changed_after(self, change: int) -> list[Record]:
        """The events whose last change came later, in its order."""
        found = []
        for record in reversed(self.calendar.events.values()):
            if record.change <= change:
                break
            found.append(record)
        found.reverse()
        return found

    def _raw(self, record: Record) -> bytes:
        if record.cancelled and not self.show_deleted:
            return as_bytes(event_resource.tombstone(record.body))
        return self.view.raw(record)

    def _unordered(self) -> Iterator[Item]:
        for record in self._changed_after(self.since or 0):
            if self.single and record.series:
                yield from self._instances_of(record)
            elif self._wanted(record):
                yield Item(self._key(record.start, record.updated, record.id), self._raw(record))

    def _key(self, start: float, updated: float, event_id: str) -> list[Any]:
        return [updated if self.order == "updated" else start, event_id]

    def _instances_of(self, master: Record) -> Iterator[Item]:
        """The instances of a series that have no exception; of a deleted one the cancelled ones."""
        if not self._matches(master) or (master.cancelled and not self._shows_deleted(master)):
            return
        before = self.before if self.before is not None else self.call.store.clock.now() + _TWO_YEARS
        exceptions = self.calendar.exceptions.get(master.id, set())
        for wall, start in instances.walls(self.calendar, master, self.after, before):
            body = instances.body_of(self.calendar, master, wall)
            if body["id"] in exceptions:
                continue
            shown = event_resource.tombstone(body) if master.cancelled and not self.show_deleted \
                else self.view.body(body)
            yield Item(self._key(start, master.updated, body["id"]), as_bytes(shown))

    def _shows_deleted(self, record: Record) -> bool:
        if self.show_deleted or self.since is not None:
            return True
        if self.updated_min is not None and record.updated >= self.updated_min:
            return True
        master = self.calendar.events.get(record.master_id or "")
        return master is not None and not master.cancelled and not self.single

    def _wanted(self, record: Record) -> bool:
        if record.cancelled and not self._shows_deleted(record):
            return False
        return self._matches(record) and self._in_window(record)

    def _in_window(self, record: Record) -> bool:
        if record.cancelled and self.since is not None:
            return True  # a client has to hear of it wherever it was
        if record.series and (self.after is not None or self.before is not None):
            before = self.before if self.before is not None else self.call.store.clock.now() + _TWO_YEARS
            return next(instances.walls(self.calendar, record, self.after, before), None) is not None
        if self.after is not None and record.end <= self.after:
            return False
        return self.before is None or record.start < self.before

    def _matches(self, record: Record) -> bool:
        filters, body = self.filters, record.body
        if not filters:
            return True
        if self.updated_min is not None and record.updated < self.updated_min:
            return False
        if "iCalUID" in filters and body.get("iCalUID") != filters["iCalUID"]:
            return False
        if filters.get("eventTypes") and body.get("eventType", "default") not in filters["eventTypes"]:
            return False
        for kind in ("private", "shared"):
            has = body.get("extendedProperties", {}).get(kind, {})
            for pair in filters.get(f"{kind}ExtendedProperty", []):
                name, equals, value = pair.partition("=")
                if not equals:
                    raise invalid("Invalid extended property constraint.", f"{kind}ExtendedProperty")
                if has.get(name) != value:
                    return False
        return "q" not in filters or _found(body, filters["q"])


def _found(event: dict[str, Any], terms: str) -> bool:
    people = [*event.get("attendees", []), event.get("organizer", {})]
    parts = [event.get(name, "") for name in _SEARCHED]
    parts += [person.get(name, "") for person in people for name in ("email", "displayName")]
    place = event.get("workingLocationProperties", {})
    office = place.get("officeLocation", {})
    parts += [office.get(name, "") for name in ("buildingId", "deskId", "label")]
    parts.append(place.get("customLocation", {}).get("label", ""))
    text = "\n".join(parts).casefold()
    return all(term in text for term in terms.casefold().split())


def list_instances(call: Call) -> Answer:
    """events.instances: exceptions in the place of what they replace."""
    calendar = call.calendar()
    query = call.query
    master = calendar.events.get(call.path["eventId"])
    if master is None:
        raise known("notFound")
    view = View(calendar, call.store.role_of(call.account, calendar), query)
    after = times.bound(query["timeMin"], "timeMin").timestamp() if "timeMin" in query else None
    before = times.bound(query["timeMax"], "timeMax").timestamp() if "timeMax" in query else None
    found: list[tuple[float, str, dict[str, Any]]] = []
    if master.series and (not master.cancelled or query.get("showDeleted")):
        limit = before if before is not None else call.store.clock.now() + _TWO_YEARS
        exceptions = calendar.exceptions.get(master.id, set())
        for wall, start in instances.walls(calendar, master, after, limit):
            body = instances.body_of(calendar, master, wall)
            if body["id"] not in exceptions:
                found.append((start, body["id"], body))
        for event_id in exceptions:
            record = calendar.events[event_id]
            inside = (after is None or record.end > after) and (before is None or record.start < before)
            if inside and (not record.cancelled or query.get("showDeleted")):
                found.append((record.start, record.id, record.body))
    if "originalStart" in query:
        wanted = _original(query["originalStart"])
        found = [one for one in found if _original(_start_text(one[2])) == wanted]
    found.sort(key=lambda one: one[:2])
    first = 0
    mark = sync_tokens.fingerprint(calendar.id, master.id, query.get("timeMin"), query.get("timeMax"))
    if "pageToken" in query:
        token = sync_tokens.decode(query["pageToken"], "pageToken")
        if token.get("f") != mark:
            raise invalid("Invalid page token value.", "pageToken")
        first = bisect.bisect_right([list(one[:2]) for one in found], token["k"])
    wanted_count = min(query.get("maxResults", 250), 2500)
    page = found[first:first + wanted_count]
    head = EventList(_without_filters(call), calendar)._head()
    head["items"] = [view.body(one[2]) for one in page]
    if first + wanted_count < len(found):
        head["nextPageToken"] = sync_tokens.encode({"t": "pageToken", "f": mark, "k": list(page[-1][:2])})
    return Answer(content=head, etag=head["etag"])


def _without_filters(call: Call) -> Call:
    return Call(call.store, call.channels, call.account, call.name, call.path, {}, {}, call.headers)


def _start_text(body: dict[str, Any]) -> str:
    original = body["originalStartTime"]
    return str(original.get("date") or original["dateTime"])


def _original(text: str) -> Any:
    moment = times.parse(text)
    return moment.astimezone(times.UTC) if moment is not None and moment.tzinfo else text
