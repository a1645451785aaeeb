"""All methods of the API: name, verb, path, parameters, scopes, and who answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from standin import acl, calendars, constants, events, free_busy
from standin.call import Answer, Call
from standin.parameters import Kind
from standin.store import ROLES

BASE = "/calendar/v3"
SCOPE = "https://www.googleapis.com/auth/"
_ALL = ("calendar",)
_READ_ALL = ("calendar", "calendar.readonly")
_EVENTS = ("calendar", "calendar.events", "calendar.events.owned", "calendar.app.created")
_EVENTS_READ = (*_EVENTS, "calendar.readonly", "calendar.events.readonly", "calendar.events.freebusy",
                "calendar.events.owned.readonly", "calendar.events.public.readonly")
_LIST = ("calendar", "calendar.calendarlist", "calendar.app.created")
_LIST_READ = (*_LIST, "calendar.readonly", "calendar.calendarlist.readonly")
_OWN = ("calendar", "calendar.calendars", "calendar.app.created")
_OWN_READ = (*_OWN, "calendar.readonly", "calendar.calendars.readonly")
_ACL = ("calendar", "calendar.acls")
_ACL_READ = (*_ACL, "calendar.readonly", "calendar.acls.readonly")
_SETTINGS = (*_READ_ALL, "calendar.settings.readonly")
_BUSY = (*_READ_ALL, "calendar.freebusy", "calendar.events.freebusy")

_PAGES: dict[str, Kind] = {"maxResults": "number:1", "pageToken": "text"}
_SYNCED: dict[str, Kind] = {**_PAGES, "syncToken": "text"}
_GUESTS: dict[str, Kind] = {"alwaysIncludeEmail": "flag", "maxAttendees": "number:1"}
_TELL: dict[str, Kind] = {"sendNotifications": "flag", "sendUpdates": ("all", "externalOnly", "none")}
_EXTRAS: dict[str, Kind] = {"conferenceDataVersion": "number:0-1", "supportsAttachments": "flag",
                            "eventLabelVersion": "number:0-1"}
_EVENT_LIST: dict[str, Kind] = {
    **_SYNCED, **_GUESTS, "eventTypes": "list", "iCalUID": "text", "orderBy": ("startTime", "updated"),
    "privateExtendedProperty": "list", "q": "text", "sharedExtendedProperty": "list", "showDeleted": "flag",
    "showHiddenInvitations": "flag", "singleEvents": "flag", "timeMax": "text", "timeMin": "text",
    "timeZone": "text", "updatedMin": "text"}
_CALENDAR_LIST: dict[str, Kind] = {**_SYNCED, "minAccessRole": ROLES[1:], "showDeleted": "flag",
                                   "showHidden": "flag", "showOwnOrganizationOnly": "flag"}
_ACL_LIST: dict[str, Kind] = {**_SYNCED, "showDeleted": "flag"}
_RGB: dict[str, Kind] = {"colorRgbFormat": "flag"}
_TOLD: dict[str, Kind] = {"sendNotifications": "flag"}


@dataclass(frozen=True)
class Method:
    name: str
    verb: str
    template: str
    handler: Callable[[Call], Answer]
    scopes: tuple[str, ...]
    parameters: dict[str, Kind]
    required: tuple[str, ...] = ()

    def pattern(self) -> re.Pattern[str]:
        return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", BASE + self.template) + r"\Z")


def _watch_list(call: Call) -> Answer:
    return call.channels.watch(call, "calendarList", call.account.email, "/users/me/calendarList")


def _watch_acl(call: Call) -> Answer:
    calendar = call.calendar("writer")
    return call.channels.watch(call, "acl", calendar.id, f"/calendars/{calendar.id}/acl")


def _watch_settings(call: Call) -> Answer:
    return call.channels.watch(call, "settings", call.account.email, "/users/me/settings")


_ONE = "/calendars/{calendarId}"
_ENTRY = "/users/me/calendarList/{calendarId}"
_EVENT = _ONE + "/events/{eventId}"
_RULE = _ONE + "/acl/{ruleId}"

METHODS: tuple[Method, ...] = (
    Method("acl.delete", "DELETE", _RULE, acl.delete, _ACL, {}),
    Method("acl.get", "GET", _RULE, acl.get, _ACL_READ, {}),
    Method("acl.insert", "POST", _ONE + "/acl", acl.insert, _ACL, _TOLD),
    Method("acl.list", "GET", _ONE + "/acl", acl.list_rules, _ACL_READ, _ACL_LIST),
    Method("acl.patch", "PATCH", _RULE, acl.patch, _ACL, _TOLD),
    Method("acl.update", "PUT", _RULE, acl.update, _ACL, _TOLD),
    Method("acl.watch", "POST", _ONE + "/acl/watch", _watch_acl, _ACL_READ, _ACL_LIST),
    Method("calendarlist.watch", "POST", "/users/me/calendarList/watch", _watch_list, _LIST_READ, _CALENDAR_LIST),
    Method("calendarlist.delete", "DELETE", _ENTRY, calendars.entry_delete, _LIST, {}),
    Method("calendarlist.get", "GET", _ENTRY, calendars.entry_get, _LIST_READ, {}),
    Method("calendarlist.insert", "POST", "/users/me/calendarList", calendars.entry_insert, _LIST, _RGB),
    Method("calendarlist.list", "GET", "/users/me/calendarList", calendars.entry_list, _LIST_READ, _CALENDAR_LIST),
    Method("calendarlist.patch", "PATCH", _ENTRY, calendars.entry_patch, _LIST, _RGB),
    Method("calendarlist.update", "PUT", _ENTRY, calendars.entry_update, _LIST, _RGB),
    Method("calendars.clear", "POST", _ONE + "/clear", calendars.clear, _OWN, {}),
    Method("calendars.delete", "DELETE", _ONE, calendars.delete, _OWN, {}),
    Method("calendars.get", "GET", _ONE, calendars.get, _OWN_READ, {}),
    Method("calendars.insert", "POST", "/calendars", calendars.insert, _OWN, {}),
    Method("calendars.patch", "PATCH", _ONE, calendars.patch, _OWN, {}),
    Method("calendars.transferOwnership", "POST", _ONE + "/transferOwnership", calendars.transfer_ownership, _ALL,
           {"newDataOwner": "text", "useAdminAccess": "flag"}, ("newDataOwner", "useAdminAccess")),
    Method("calendars.update", "PUT", _ONE, calendars.update, _OWN, {}),
    Method("channels.stop", "POST", "/channels/stop", lambda call: call.channels.stop(call),
           (*_EVENTS_READ, *_LIST_READ, *_ACL_READ, *_SETTINGS), {}),
    Method("colors.get", "GET", "/colors", constants.colors, (*_EVENTS_READ, *_LIST_READ), {}),
    Method("events.import", "POST", _ONE + "/events/import", events.import_, _EVENTS, _EXTRAS),
    Method("events.quickAdd", "POST", _ONE + "/events/quickAdd", events.add_quickly, _EVENTS,
           {**_TELL, "text": "text"}, ("text",)),
    Method("events.watch", "POST", _ONE + "/events/watch", events.watch, _EVENTS_READ, _EVENT_LIST),
    Method("events.delete", "DELETE", _EVENT, events.delete, _EVENTS, _TELL),
    Method("events.get", "GET", _EVENT, events.get, _EVENTS_READ, {**_GUESTS, "timeZone": "text"}),
    Method("events.insert", "POST", _ONE + "/events", events.insert, _EVENTS,
           {**_TELL, **_EXTRAS, "maxAttendees": "number:1"}),
    Method("events.instances", "GET", _EVENT + "/instances", events.list_instances, _EVENTS_READ,
           {**_PAGES, **_GUESTS, "originalStart": "text", "showDeleted": "flag", "timeMax": "text",
            "timeMin": "text", "timeZone": "text"}),
    Method("events.list", "GET", _ONE + "/events", events.list_events, _EVENTS_READ, _EVENT_LIST),
    Method("events.move", "POST", _EVENT + "/move", events.move, _EVENTS, {**_TELL, "destination": "text"},
           ("destination",)),
    Method("events.patch", "PATCH", _EVENT, events.patch, _EVENTS, {**_TELL, **_EXTRAS, **_GUESTS}),
    Method("events.update", "PUT", _EVENT, events.update, _EVENTS, {**_TELL, **_EXTRAS, **_GUESTS}),
    Method("freebusy.query", "POST", "/freeBusy", free_busy.query, _BUSY, {}),
    Method("settings.get", "GET", "/users/me/settings/{setting}", constants.setting, _SETTINGS, {}),
    Method("settings.list", "GET", "/users/me/settings", constants.settings, _SETTINGS, _SYNCED),
    Method("settings.watch", "POST", "/users/me/settings/watch", _watch_settings, _SETTINGS, _SYNCED),
)

_ROUTES = [(method, method.pattern()) for method in METHODS]


def find(verb: str, path: str) -> tuple[Method, dict[str, str]] | None:
    """The method of a call and the parts of its path, decoded; None when there is none."""
    for method, pattern in _ROUTES:
        if method.verb == verb:
            found = pattern.match(path)
            if found:
                return method, {name: unquote(value) for name, value in found.groupdict().items()}
    return None
