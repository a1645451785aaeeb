"""Bodies and paths that make no sense: always Google's refusal, never a mistake of ours."""

import os
import random

from conftest import ALEX, moment

JUNK = (None, True, 0, -1, 1.5, "", "x", "2026-03-02", "2026-03-02T09:00:00Z", [], [1], ["x"], [{}], {}, {"email": 1},
        {"date": "2026-03-02"}, {"dateTime": "x"}, {"timeZone": "Mars/Base"}, {"overrides": [1]}, {"overrides": 5},
        {"private": 1, "shared": {"a": 1}}, {"createRequest": 1}, {"createRequest": {"requestId": []}},
        {"entryPoints": 1}, {"entryPoints": [1]}, {"useDefault": "x", "overrides": [{"minutes": "1"}]}, {"type": 1},
        ["RRULE:FREQ=DAILY;COUNT=x"], ["RRULE:FREQ=DAILY;BYDAY=99XX"], ["EXDATE:x"],
        ["RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"])
FIELDS = ("summary", "description", "start", "end", "recurrence", "attendees", "attachments", "conferenceData",
          "extendedProperties", "reminders", "sequence", "colorId", "status", "visibility", "eventType", "organizer",
          "originalStartTime", "iCalUID", "source", "attendeesOmitted", "workingLocationProperties", "role", "scope",
          "timeZone", "timeMin", "timeMax", "items", "calendarExpansionMax", "type", "address", "expiration", "params",
          "token", "resourceId", "defaultReminders", "backgroundColor", "labelProperties")
CALLS = (("POST", "/calendars/primary/events"), ("PATCH", "/calendars/primary/events/abcde"),
         ("PUT", "/calendars/primary/events/abcde"), ("POST", "/calendars/primary/events/import"),
         ("PATCH", "/calendars/primary/events/fghij_20260302"), ("PATCH", "/calendars/primary/events/fghij_2026"),
         ("POST", "/calendars/primary/acl"), ("POST", "/calendars"), ("PATCH", "/calendars/primary"),
         ("POST", "/freeBusy"), ("POST", "/users/me/calendarList"), ("PATCH", "/users/me/calendarList/primary"),
         ("POST", "/calendars/primary/events/watch"), ("POST", "/channels/stop"))


def test_junk_is_refused_and_breaks_nothing(google):
    draws = random.Random(int(os.environ.get("SW_SEED", "1")))
    day = {"start": moment("2026-03-02"), "end": moment("2026-03-03")}
    google.call("POST", "/calendars/primary/events", {**day, "id": "abcde"})
    google.call("POST", "/calendars/primary/events", {**day, "id": "fghij", "recurrence": ["RRULE:FREQ=DAILY;COUNT=3"]})
    for _ in range(3000):
        verb, path = draws.choice(CALLS)
        body = {**day, "summary": "x", "id": draws.choice((None, "channel", ALEX)), "iCalUID": None}
        for name in draws.sample(FIELDS, draws.randrange(1, 5)):
            body[name] = draws.choice(JUNK)
        if path.endswith("watch"):
            body["address"] = "http://127.0.0.1:9/"
        answer = google.send(verb, path, body, conferenceDataVersion=1, supportsAttachments="true") \
            if path.endswith("/events") else google.send(verb, path, body)
        assert answer.status_code < 500, (verb, path, body, answer.text)
    google.pages()
    google.pages(singleEvents=True, timeMax="2027-01-01T00:00:00Z", q="x")
    google.pages(timeMin="2026-01-01T00:00:00Z", privateExtendedProperty="a=b")
    google.pages("/users/me/calendarList")
