"""The methods `colors` and `settings`: what is the same for everybody, or only read."""

from __future__ import annotations

from typing import Any

from standin.call import Answer, Call
from standin.errors import known
from standin.lists import small_list

_CALENDAR = ("#ac725e", "#d06b64", "#f83a22", "#fa573c", "#ff7537", "#ffad46", "#42d692", "#16a765", "#7bd148",
             "#b3dc6c", "#fbe983", "#fad165", "#92e1c0", "#9fe1e7", "#9fc6e7", "#4986e7", "#9a9cff", "#b99aff",
             "#c2c2c2", "#cabdbf", "#cca6ac", "#f691b2", "#cd74e6", "#a47ae2")
_EVENT = ("#a4bdfc", "#7ae7bf", "#dbadff", "#ff887c", "#fbd75b", "#ffb878", "#46d6db", "#e1e1e1", "#5484ed",
          "#51b749", "#dc2127")
_DEFAULTS = {"autoAddHangouts": "false", "dateFieldOrder": "DMY", "defaultEventLength": "60",
             "format24HourTime": "true", "hideInvitations": "false", "hideWeekends": "false", "locale": "en_GB",
             "remindOnRespondedEventsOnly": "false", "showDeclinedEvents": "true", "useKeyboardShortcuts": "true",
             "weekStart": "1"}


def _palette(colours: tuple[str, ...]) -> dict[str, Any]:
    return {str(number): {"background": colour, "foreground": "#1d1d1d"} for number, colour in enumerate(colours, 1)}


def colors(_call: Call) -> Answer:
    return Answer(content={"kind": "calendar#colors", "updated": "2012-02-14T00:00:00.000Z",
                           "calendar": _palette(_CALENDAR), "event": _palette(_EVENT)})


def _settings(call: Call) -> list[dict[str, Any]]:
    values = {**_DEFAULTS, "timezone": call.account.time_zone}
    return [{"kind": "calendar#setting", "etag": '"0"', "id": name, "value": values[name]} for name in sorted(values)]


def setting(call: Call) -> Answer:
    for one in _settings(call):
        if one["id"] == call.path["setting"]:
            return Answer(content=one, etag=one["etag"])
    raise known("notFound")


def settings(call: Call) -> Answer:
    """They never change here, so that an incremental list is empty."""

    def of(since: int | None) -> list[tuple[int, Any]]:
        return list(enumerate(_settings(call), 1)) if since is None else []

    return small_list(call, "calendar#settings", "settings", call.account.email, 0, of)
