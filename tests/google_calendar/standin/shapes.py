"""The types of a body: a known name with a value of another kind is refused before anything reads it."""

from __future__ import annotations

from typing import Any

from standin.errors import ApiError

_OBJECTS = {"start", "end", "originalStartTime", "organizer", "creator", "extendedProperties", "private", "shared",
            "reminders", "conferenceData", "createRequest", "conferenceSolution", "conferenceSolutionKey", "key",
            "source", "gadget", "birthdayProperties", "focusTimeProperties", "outOfOfficeProperties",
            "workingLocationProperties", "officeLocation", "customLocation", "scope", "params",
            "notificationSettings", "labelProperties", "conferenceProperties"}
_OBJECT_LISTS = {"attendees", "attachments", "overrides", "entryPoints", "items", "defaultReminders", "notifications",
                 "eventLabels"}
_TEXTS = {"summary", "description", "location", "colorId", "iCalUID", "id", "email", "displayName", "comment", "date",
          "dateTime", "timeZone", "responseStatus", "method", "requestId", "visibility", "transparency", "eventType",
          "role", "value", "address", "token", "type", "resourceId", "timeMin", "timeMax", "summaryOverride", "fileUrl",
          "backgroundColor", "foregroundColor", "entryPointType", "uri", "label", "buildingId", "deskId",
          "eventLabelId"}
_FLAGS = {"useDefault", "attendeesOmitted", "hidden", "selected", "optional", "privateCopy", "anyoneCanAddSelf",
          "guestsCanInviteOthers", "guestsCanModify", "guestsCanSeeOtherGuests"}
_FREE = {"private", "shared", "params", "preferences", "parameters"}  # names below are the caller's


def _kind_of(name: str) -> type | tuple[type, ...] | None:
    if name in _OBJECTS:
        return dict
    if name in _OBJECT_LISTS or name == "recurrence":
        return list
    if name in _TEXTS:
        return str
    return bool if name in _FLAGS else None


def check(body: dict[str, Any]) -> None:
    """ApiError 400 for the first value of a wrong type."""
    for name, value in body.items():
        kind = _kind_of(name)
        if value is None or kind is None:
            continue
        if not isinstance(value, kind):
            raise ApiError(400, "invalid", f"Invalid value for: {name}")
        if isinstance(value, dict) and name not in _FREE:
            check(value)
        elif isinstance(value, list):
            wanted = str if name == "recurrence" else dict
            for one in value:
                if not isinstance(one, wanted):
                    raise ApiError(400, "invalid", f"Invalid value for: {name}")
                if isinstance(one, dict):
                    check(one)
