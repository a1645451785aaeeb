"""The methods `calendars`, `calendarList`, and what a person's list says of a calendar."""

from __future__ import annotations

import re
from typing import Any

from standin import instances, times
from standin.call import Answer, Call, merged
from standin.errors import ApiError, invalid, known, missing
from standin.events_write import EventWriter
from standin.lists import small_list
from standin.store import ROLES, Account, Calendar, ListEntry, Store

_CALENDAR_FIELDS = ("summary", "description", "location", "timeZone", "labelProperties", "autoAcceptInvitations")
_ENTRY_FIELDS = ("summaryOverride", "colorId", "hidden", "selected", "defaultReminders", "notificationSettings")
_RGB = re.compile(r"#[0-9a-f]{6}\Z")


def _checked(body: dict[str, Any]) -> dict[str, Any]:
    for name in ("summary", "description", "location"):
        if body.get(name) is not None and not isinstance(body[name], str):
            raise invalid(f"Invalid value for: {name}")
    if not body.get("summary"):
        raise missing("Missing title.")
    if times.zone(str(body.get("timeZone") or "UTC")) is None:
        raise invalid("Invalid time zone.")
    return {name: body[name] for name in _CALENDAR_FIELDS if body.get(name) not in (None, "")}


def get(call: Call) -> Answer:
    body = call.calendar().body
    return Answer(content=body, etag=body["etag"])


def insert(call: Call) -> Answer:
    body = {"timeZone": "UTC", **_checked(call.body)}
    calendar_id = f"c_{call.store.new_id(52)}@group.calendar.google.com"
    calendar = call.store.add_calendar(call.account, calendar_id, body, primary=False)
    call.channels.changed("calendarList", call.account.email)
    return Answer(content=calendar.body)


def update(call: Call) -> Answer:
    return _change(call, {name: value for name, value in call.body.items() if name in _CALENDAR_FIELDS})


def patch(call: Call) -> Answer:
    calendar = call.calendar("owner")
    old = {name: calendar.body[name] for name in _CALENDAR_FIELDS if name in calendar.body}
    return _change(call, merged(old, {name: call.body[name] for name in call.body if name in _CALENDAR_FIELDS}))


def _change(call: Call, wanted: dict[str, Any]) -> Answer:
    calendar = call.calendar("owner")
    call.check_match(calendar.body["etag"])
    wanted["timeZone"] = wanted.get("timeZone") or calendar.zone_name
    wanted.setdefault("labelProperties", calendar.body.get("labelProperties"))
    kept = {name: value for name, value in calendar.body.items() if name not in _CALENDAR_FIELDS}
    before = calendar.zone_name
    calendar.body = {**kept, **_checked(wanted), "etag": call.store.etag()}
    if calendar.zone_name != before:
        instances.show_in_zone(calendar)
    for email in call.store.accounts:
        call.channels.changed("calendarList", email)
    return Answer(content=calendar.body, etag=calendar.body["etag"])


def delete(call: Call) -> Answer:
    """Only secondary ones; it leaves every list that it was in."""
    calendar = call.calendar("owner")
    if calendar.primary:
        raise ApiError(400, "invalid", "The primary calendar cannot be deleted; clear it instead.")
    call.check_match(calendar.body["etag"])
    del call.store.calendars[calendar.id]
    call.channels.changed("events", calendar.id, "not_exists")
    for account in call.store.accounts.values():
        if calendar.id in account.entries:
            _remove(call, account, calendar.id)
    return Answer(204)


def clear(call: Call) -> Answer:
    """Deletes all events of a primary calendar."""
    calendar = call.calendar("owner")
    if not calendar.primary:
        raise ApiError(400, "invalid", "Only a primary calendar can be cleared.")
    writer = EventWriter(call, calendar)
    for record in list(calendar.events.values()):
        if not record.cancelled and not record.master_id:
            writer.cancel(record, record.body)
    for record in list(calendar.events.values()):
        if not record.cancelled:
            writer.cancel(record, record.body)
    return Answer(204)


def transfer_ownership(call: Call) -> Answer:
    """For administrators of a Workspace domain alone, as the reference says."""
    if call.query["useAdminAccess"] is not True:
        raise invalid("Only admin access is supported.", "useAdminAccess")
    if not call.account.admin:
        raise known("forbidden", "The caller is not an administrator with the Manage Calendars privilege.")
    calendar = call.store.calendars.get(call.path["calendarId"])
    owner = call.store.accounts.get(call.query["newDataOwner"])
    if calendar is None or owner is None:
        raise known("notFound")
    if calendar.primary:
        raise invalid("A primary calendar cannot be transferred.")
    calendar.owner = owner.email
    call.store.set_rule(calendar, "user", owner.email, "owner")
    calendar.body = {**calendar.body, "dataOwner": owner.email, "etag": call.store.etag()}
    if calendar.id not in owner.entries:
        call.store.add_entry(owner, calendar, {"selected": True})
    return Answer(content=calendar.body)


def entry_resource(store: Store, account: Account, calendar_id: str) -> dict[str, Any]:
    """A calendar as its line in somebody's list."""
    entry = account.entries[calendar_id]
    calendar = store.calendars.get(calendar_id)
    if entry.deleted or calendar is None:
        return {"kind": "calendar#calendarListEntry", "etag": entry.body["etag"], "id": calendar_id, "deleted": True}
    body = {"kind": "calendar#calendarListEntry", "etag": entry.body["etag"], "id": calendar_id}
    body |= {name: calendar.body[name] for name in ("summary", "description", "location", "timeZone", "dataOwner",
                                                    "conferenceProperties", "autoAcceptInvitations")
             if name in calendar.body}
    body |= {name: value for name, value in entry.body.items() if name not in ("etag",) and value not in (None, False)}
    body["accessRole"] = store.role_of(account, calendar)
    if calendar.primary and calendar.owner == account.email:
        body["primary"] = True
    return body


def _entry(call: Call) -> tuple[Calendar, ListEntry]:
    calendar = call.calendar()
    entry = call.account.entries.get(calendar.id)
    if entry is None or entry.deleted:
        raise known("notFound")
    return calendar, entry


def entry_get(call: Call) -> Answer:
    calendar, entry = _entry(call)
    return Answer(content=entry_resource(call.store, call.account, calendar.id), etag=entry.body["etag"])


def _entry_fields(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    chosen = {name: body[name] for name in _ENTRY_FIELDS if body.get(name) is not None}
    if call.query.get("colorRgbFormat"):
        for name in ("backgroundColor", "foregroundColor"):
            if body.get(name) is not None:
                if not _RGB.match(str(body[name]).lower()):
                    raise invalid(f"Invalid value for: {name}")
                chosen[name] = body[name]
    for one in chosen.get("defaultReminders", []):
        if one.get("method") not in ("email", "popup") or not 0 <= one.get("minutes", -1) <= 40320:
            raise invalid("Invalid default reminder.")
    return chosen


def entry_insert(call: Call) -> Answer:
    """Adds a calendar that the caller may see to their list."""
    calendar = call.store.find(call.account, call.text("id"))
    entry = call.account.entries.get(calendar.id)
    if entry is None or entry.deleted:
        call.store.add_entry(call.account, calendar, {"selected": True, **_entry_fields(call, call.body)})
        call.channels.changed("calendarList", call.account.email)
    return Answer(content=entry_resource(call.store, call.account, calendar.id))


def entry_update(call: Call) -> Answer:
    calendar, entry = _entry(call)
    return _entry_change(call, calendar, entry, _entry_fields(call, call.body))


def entry_patch(call: Call) -> Answer:
    calendar, entry = _entry(call)
    wanted = merged({name: value for name, value in entry.body.items() if name != "etag"}, call.body)
    return _entry_change(call, calendar, entry, _entry_fields(call, wanted))


def _entry_change(call: Call, calendar: Calendar, entry: ListEntry, chosen: dict[str, Any]) -> Answer:
    call.check_match(entry.body["etag"])
    colours = {name: entry.body[name] for name in ("backgroundColor", "foregroundColor", "colorId")}
    call.store.add_entry(call.account, calendar, {**colours, **chosen})
    call.channels.changed("calendarList", call.account.email)
    fresh = entry_resource(call.store, call.account, calendar.id)
    return Answer(content=fresh, etag=fresh["etag"])


def entry_delete(call: Call) -> Answer:
    calendar, entry = _entry(call)
    if calendar.primary and calendar.owner == call.account.email:
        raise ApiError(403, "forbidden", "The primary calendar cannot be removed from the list.")
    call.check_match(entry.body["etag"])
    _remove(call, call.account, calendar.id)
    return Answer(204)


def _remove(call: Call, account: Account, calendar_id: str) -> None:
    account.entry_sequence += 1
    account.entries[calendar_id] = ListEntry({"etag": call.store.etag()}, account.entry_sequence, deleted=True)
    call.channels.changed("calendarList", account.email)


def entry_list(call: Call) -> Answer:
    query, account, store = call.query, call.account, call.store

    def of(since: int | None) -> list[tuple[int, Any]]:
        found = []
        for calendar_id, entry in sorted(account.entries.items(), key=lambda pair: pair[1].change):
            if since is not None and entry.change <= since:
                continue
            gone = entry.deleted or calendar_id not in store.calendars
            if since is None and ((gone and not query.get("showDeleted"))
                                  or (entry.body.get("hidden") and not query.get("showHidden"))):
                continue
            resource = entry_resource(store, account, calendar_id)
            least = query.get("minAccessRole")
            if least and not gone and ROLES.index(resource["accessRole"]) < ROLES.index(least):
                continue
            if query.get("showOwnOrganizationOnly") and not gone:
                if store.calendars[calendar_id].owner.rpartition("@")[2] != account.domain:
                    continue
            found.append((entry.change, resource))
        return found

    return small_list(call, "calendar#calendarList", "calendarList", account.email, account.entry_sequence, of,
                      ("minAccessRole", "showOwnOrganizationOnly"))
