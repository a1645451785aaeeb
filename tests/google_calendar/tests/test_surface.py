"""Google's published surface: every method and every parameter is answered or refused as Google would."""

import json
import sys

import pytest
from conftest import ALEX, BO, FOLDER, ROOT

sys.path.insert(0, str(FOLDER))

from standin import methods  # noqa: E402
from standin.event_resource import TYPES  # noqa: E402
from standin.store import ROLES  # noqa: E402

SURFACE = ROOT.parent / "shared" / "conformance" / "google_calendar_v3_surface.json"
pytestmark = pytest.mark.skipif(not SURFACE.exists(), reason="there is no folder of shared facts beside the project")
VALUES = {"maxResults": 5, "maxAttendees": 5, "conferenceDataVersion": 1, "eventLabelVersion": 1,
          "timeMin": "2026-01-01T00:00:00Z", "timeMax": "2027-01-01T00:00:00Z", "updatedMin": None, "timeZone": "UTC",
          "orderBy": "updated", "minAccessRole": ROLES[2], "sendUpdates": "none", "eventTypes": TYPES[0],
          "privateExtendedProperty": "a=b", "sharedExtendedProperty": "a=b", "q": "x", "iCalUID": "x",
          "originalStart": "2026-03-02T08:00:00Z", "text": "Lunch", "newDataOwner": BO, "useAdminAccess": "true"}
EVENT = {"summary": "x", "iCalUID": "u@x", "start": {"date": "2026-03-02"}, "end": {"date": "2026-03-03"}}
BODIES = {"acl": {"role": "reader", "scope": {"type": "user", "value": BO}}, "calendars": {"summary": "Work"},
          "freebusy": {"timeMin": "2026-01-01T00:00:00Z", "timeMax": "2026-01-02T00:00:00Z", "items": [{"id": ALEX}]}}


def surface():
    return json.loads(SURFACE.read_text())["methods"] if SURFACE.exists() else {}


def test_the_methods_are_those_of_the_surface():
    ours = {method.name: (method.verb, methods.BASE + method.template) for method in methods.METHODS}
    assert ours == {name: (one["verb"], one["path"]) for name, one in surface().items()}


def body_of(name, google, receiver):
    kind, verb = name.split(".")
    if verb == "watch":
        return {"id": name.replace(".", "-"), "type": "web_hook", "address": receiver.url}
    if name == "channels.stop":
        channel = google.call("POST", "/calendars/primary/events/watch", {
            "id": "stopped", "type": "web_hook", "address": receiver.url})
        return {"id": channel["id"], "resourceId": channel["resourceId"]}
    if name == "calendarlist.insert":
        return {"id": ALEX}
    if name == "events.patch":
        return {"summary": "y"}
    if name in ("events.insert", "events.update"):
        return {key: value for key, value in EVENT.items() if key != "iCalUID"}
    if name == "events.import":
        return EVENT
    return BODIES.get(kind) if verb in ("insert", "update", "patch", "query") else None


def path_of(name, one, google):
    """A path of things that are there for the method."""
    work = google.call("POST", "/calendars", {"summary": "Work"})["id"]
    calendar = work if name in ("calendars.delete", "calendars.transferOwnership", "calendarlist.delete") else ALEX
    event = google.insert(recurrence=["RRULE:FREQ=DAILY;COUNT=2"])["id"] if name == "events.instances" \
        else google.insert()["id"]
    google.call("POST", f"/calendars/{ALEX}/acl", BODIES["acl"])
    path = one["path"].removeprefix(methods.BASE)
    parts = {"calendarId": calendar, "eventId": event, "ruleId": f"user:{BO}", "setting": "timezone"}
    for part, value in parts.items():
        path = path.replace("{" + part + "}", value)
    return path, work


def required(one, work):
    names = [name for name in one["required"] if name not in one["pathParams"]]
    return {name: work if name == "destination" else VALUES[name] for name in names}


@pytest.mark.parametrize("name", sorted(surface()))
def test_a_method_and_each_of_its_parameters_is_answered(google, receiver, name):
    one = surface()[name]
    path, work = path_of(name, one, google)
    answer = google.send(one["verb"], path, body_of(name, google, receiver), **required(one, work))
    if name == "calendars.transferOwnership":  # for administrators alone
        assert answer.json()["error"]["errors"][0]["reason"] == "forbidden"
        return
    assert answer.status_code in (200, 204), answer.text
    for parameter in one.get("params", []):
        if parameter["name"] in one["pathParams"] or parameter["name"] in ("requestBody", "pageToken", "syncToken"):
            continue
        check_parameter(google, receiver, name, parameter)


def check_parameter(google, receiver, name, parameter):
    """Answered with a right value, 400 that names it with a wrong one where not every text is right."""
    google.control("POST", "/reset")
    google.grant()
    one = surface()[name]
    path, work = path_of(name, one, google)
    value = VALUES.get(parameter["name"], "true")
    if value is None:
        value = google.control("GET", "/clock")["now"]
    if parameter["name"] == "destination":
        value = work
    query = {**required(one, work), parameter["name"]: value}
    answer = google.send(one["verb"], path, body_of(name, google, receiver), **query)
    assert answer.status_code in (200, 204), (name, parameter, answer.text)
    if parameter["type"] in ("boolean", "number"):
        google.refused(400, "invalidParameter", one["verb"], path, body_of(name, google, receiver)
                       if name != "channels.stop" else None, **{**query, parameter["name"]: "perhaps"})


@pytest.mark.parametrize("name", [name for name in sorted(surface())
                                  if any(one["name"] == "syncToken" for one in surface()[name].get("params", []))
                                  and not name.endswith("watch")])
def test_lists_refuse_tokens_that_are_none(google, name):
    one = surface()[name]
    path = one["path"].removeprefix(methods.BASE).replace("{calendarId}", "primary")
    for token in ("syncToken", "pageToken"):
        google.refused(400, "invalid", one["verb"], path, **{token: "none"})


def test_what_the_surface_lacks_is_refused(google):
    google.refused(404, "notFound", "GET", "/users/me/contacts")
    google.refused(400, "unknownParameter", "GET", "/colors", shade="dark")
    google.refused(400, "unknownParameter", "GET", "/calendars/primary/events", singleEvent="true")
