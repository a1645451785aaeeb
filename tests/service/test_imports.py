"""Imports: whole or not at all, beside other writers, through kills; batches that go on; lengths
by DURATION; what the change log says of occurrences."""

import contextlib
import pathlib
import shutil
import sqlite3
import threading
import time

import httpx
import pytest
from program import wait_until

KILL_LIMIT = 60  # seconds until an import or batch has come far enough to be killed
TAKEN_OVER = 60  # seconds until nobody holds an import that a kill left in the midst

HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\n"


def calendar_file(count, summary="Imported"):
    """Events of an hour each, one after the other from March 2026 on."""
    events = []
    for number in range(count):
        day, hour = divmod(number, 24)
        month, day = divmod(day, 28)
        year, month = divmod(month, 12)
        start = f"{2026 + year:04}{month + 1:02}{day + 1:02}T{hour:02}0000Z"
        events.append(f"BEGIN:VEVENT\r\nUID:event-{number}@test\r\nDTSTAMP:20260101T000000Z\r\n"
                      f"DTSTART:{start}\r\nDURATION:PT1H\r\nSUMMARY:{summary} {number}\r\nEND:VEVENT\r\n")
    return HEAD + "".join(events) + "END:VCALENDAR\r\n"


def send_file(client, text, **headers):
    return client.post("/calendars/primary/import", content=text, timeout=120,
                       headers={"Content-Type": "text/calendar", **headers})


def window(client, **parameters):
    answer = client.get("/events", params={"start": "2026-01-01T00:00:00Z", "end": "2200-01-01T00:00:00Z",
                                           "maxResults": 2500, **parameters})
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def all_changes(client):
    cursor, found = "", []
    while True:
        page = client.get("/changes", params={"cursor": cursor, "maxResults": 1000}).json()
        found += page["items"]
        cursor = page["nextCursor"]
        if not page["hasMore"]:
            return found


def rows(program, query):
    """The first column of the first row that the database file gives."""
    with contextlib.closing(sqlite3.connect(f"file:{database(program)}?mode=ro", uri=True)) as connection:
        return connection.execute(query).fetchone()[0]


def database(program):
    return next(path for path in program.data.iterdir() if path.suffix in (".sqlite", ".db"))


@pytest.fixture
def alone(start_program, make_token):
    """A copy of its own, and a way to have a client that outlives its death."""
    clients = []

    def client_of(program, name="alice"):
        client = httpx.Client(base_url=program.base_url, timeout=120, trust_env=False,
                              headers={"Authorization": f"Bearer {make_token(name)}"})
        clients.append(client)
        return client

    yield start_program, client_of
    for client in clients:
        client.close()


def test_a_large_import_appears_at_one_moment(callers):
    client = callers.user("import-whole")
    client.get("/calendars")
    count = 1500
    seen, answers = set(), []
    done = threading.Event()

    def watch(watcher):
        while not done.is_set():
            seen.add(len(window(watcher)))

    watcher = threading.Thread(target=watch, args=[callers.user("import-whole")])
    watcher.start()
    answers.append(send_file(client, calendar_file(count)))
    done.set()
    watcher.join()
    assert answers[0].status_code == 200, answers[0].text
    assert answers[0].json()["imported"] == count
    assert seen <= {0, count}
    assert len(window(client)) == count
    created = [change for change in all_changes(client) if change["type"] == "calendar.event.created"]
    assert len(created) == count
    assert len({change["resourceId"] for change in created}) == count


def test_an_import_again_updates_by_uid(callers):
    client = callers.user("import-again")
    assert send_file(client, calendar_file(300)).json()["imported"] == 300
    same = send_file(client, calendar_file(300)).json()
    assert (same["imported"], same["updated"], same["unchanged"]) == (0, 0, 300)
    changed = send_file(client, calendar_file(310, "Changed")).json()
    assert (changed["imported"], changed["updated"]) == (10, 300)
    found = window(client)
    assert len(found) == 310
    assert all(event["summary"].startswith("Changed") for event in found)


def test_a_repeated_import_answers_what_the_first_did(callers):
    client = callers.user("import-repeat")
    first = send_file(client, calendar_file(200), **{"Idempotency-Key": "once"})
    again = send_file(client, calendar_file(200), **{"Idempotency-Key": "once"})
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    other = send_file(client, calendar_file(201), **{"Idempotency-Key": "once"})
    assert other.status_code == 422


def test_search_and_export_know_what_was_imported(callers):
    client = callers.user("import-found")
    send_file(client, calendar_file(200, "Flowers"))
    assert len(window(client, q="flowers 17")) >= 1
    exported = client.get("/calendars/primary/export.ics").text
    assert exported.count("BEGIN:VEVENT") == 200
    assert exported.count("DURATION:PT1H") == 200


def test_a_kill_leaves_nothing_of_an_import(alone, full):
    start, client_of = alone
    program = start()
    count = 60000 if full else 20000
    client = client_of(program)
    client.get("/calendars")
    sender = threading.Thread(target=lambda: ends_somehow(lambda: send_file(client, calendar_file(count))))
    sender.start()
    wait_until(lambda: rows(program, "SELECT count(*) FROM events WHERE staged IS NOT NULL") > 500,
               KILL_LIMIT, "an import that is being staged")
    program.kill()
    sender.join()

    again = start(folder=program.folder)
    client = client_of(again)
    assert window(client) == []
    assert window(client, q="imported") == []
    assert "BEGIN:VEVENT" not in client.get("/calendars/primary/export.ics").text
    assert [c for c in all_changes(client) if c["type"].startswith("calendar.event")] == []
    # What was left is taken out of the way by the next import.
    small = calendar_file(3)
    answer = wait_until(lambda: settled(send_file(client, small)), TAKEN_OVER, "the calendar is free again")
    assert answer.json()["imported"] == 3
    more = calendar_file(100)
    answer = wait_until(lambda: settled(send_file(client, more)), TAKEN_OVER, "the calendar is free again")
    assert len(window(client)) == 100
    assert rows(again, "SELECT count(*) FROM events") == 100
    assert rows(again, "SELECT count(*) FROM event_texts") == 100
    assert rows(again, "SELECT count(*) FROM imports") == 0


def settled(answer):
    assert answer.status_code in (200, 409), answer.text
    return answer if answer.status_code == 200 else None


def ends_somehow(call):
    with contextlib.suppress(httpx.HTTPError):
        call()


def test_a_batch_that_was_killed_goes_on_where_it_was(alone):
    start, client_of = alone
    program = start()
    client = client_of(program)
    client.get("/calendars")
    count = 1000
    create = [{"method": "create",
               "event": {"summary": f"Part {number}",
                         "start": {"dateTime": "2026-03-02T09:00:00Z"},
                         "end": {"dateTime": "2026-03-02T10:00:00Z"}}} for number in range(count)]
    create[3]["event"].pop("start")  # answered 422, then and again
    body = {"operations": create}
    headers = {"Idempotency-Key": "one-batch"}
    sender = threading.Thread(
        target=lambda: ends_somehow(lambda: client.post("/events/batch", json=body, headers=headers)))
    sender.start()
    wait_until(lambda: rows(program, "SELECT count(*) FROM events") > 20, KILL_LIMIT, "a batch under way")
    program.kill()
    sender.join()
    before = sqlite_ids(program)
    assert 20 < len(before) < count

    again = start(folder=program.folder)
    client = client_of(again)
    answer = client.post("/events/batch", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    results = answer.json()["results"]
    assert [one["status"] for one in results] == [422 if i == 3 else 201 for i in range(count)]
    assert [one["event"]["summary"] for one in results if "event" in one] == [
        f"Part {i}" for i in range(count) if i != 3]
    # No operation ran twice, and what was answered is what is there.
    after = sqlite_ids(again)
    assert len(after) == count - 1
    assert {one["event"]["id"] for one in results if "event" in one} == after
    assert before <= after
    assert client.post("/events/batch", json=body, headers=headers).json() == answer.json()


def sqlite_ids(program):
    with contextlib.closing(sqlite3.connect(f"file:{database(program)}?mode=ro", uri=True)) as connection:
        found = [row[0].hex() for row in connection.execute("SELECT id FROM events")]
    return {f"{i[:8]}-{i[8:12]}-{i[12:16]}-{i[16:20]}-{i[20:]}" for i in found}


def test_a_duration_of_days_follows_the_clock(callers):
    """RFC 5545, 3.8.5.3: by DURATION the nominal length repeats, by DTEND the exact one."""
    client = callers.user("lengths")
    common = "DTSTAMP:20260101T000000Z\r\nDTSTART;TZID=Europe/Berlin:20260327T120000\r\nRRULE:FREQ=DAILY;COUNT=4\r\n"
    text = (HEAD + f"BEGIN:VEVENT\r\nUID:nominal\r\n{common}DURATION:P1D\r\nSUMMARY:Nominal\r\nEND:VEVENT\r\n"
            f"BEGIN:VEVENT\r\nUID:exact\r\n{common}DTEND;TZID=Europe/Berlin:20260328T120000\r\n"
            "SUMMARY:Exact\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
    assert send_file(client, text).json()["imported"] == 2
    ends = {}
    for event in window(client, end="2026-05-01T00:00:00Z"):
        ends.setdefault(event["summary"], []).append(event["end"]["dateTime"][5:19])
    # Clocks went forward in the night to the 29th.
    assert ends["Nominal"] == ["03-28T12:00:00", "03-29T12:00:00", "03-30T12:00:00", "03-31T12:00:00"]
    assert ends["Exact"] == ["03-28T12:00:00", "03-29T13:00:00", "03-30T12:00:00", "03-31T12:00:00"]
    exported = client.get("/calendars/primary/export.ics").text
    assert exported.count("DURATION:P1D") == 1
    assert exported.count("DTEND;TZID=Europe/Berlin:20260328T120000") == 1


def test_changes_name_the_occurrence(callers):
    client = callers.user("occurrences")
    series = client.post("/events", json={
        "summary": "Daily", "recurrence": ["RRULE:FREQ=DAILY;COUNT=5"],
        "start": {"dateTime": "2026-03-02T09:00:00Z"}, "end": {"dateTime": "2026-03-02T10:00:00Z"}}).json()
    second, third = f"{series['id']}_20260303T090000Z", f"{series['id']}_20260304T090000Z"
    assert client.patch(f"/events/{second}", json={"summary": "Changed"}).status_code == 200
    assert client.delete(f"/events/{third}").status_code == 204
    assert client.patch(f"/events/{series['id']}", json={"summary": "All"}).status_code == 200
    told = [(change["resourceId"], change.get("occurrenceId")) for change in all_changes(client)
            if change["type"] == "calendar.event.updated"]
    assert told == [(series["id"], second), (series["id"], third), (series["id"], None)]


def test_other_writers_hardly_wait_for_an_import(callers, sanitized):
    client = callers.user("import-beside")
    other = callers.user("writer-beside")
    for one in (client, other):
        one.get("/calendars")
    text = calendar_file(8000)
    waits, done = [], threading.Event()

    def write():
        while not done.is_set():
            begin = time.monotonic()
            answer = other.post("/events", json={"summary": "Beside", "start": {"dateTime": "2026-03-02T09:00:00Z"},
                                                 "end": {"dateTime": "2026-03-02T10:00:00Z"}})
            waits.append(time.monotonic() - begin)
            assert answer.status_code == 201

    writer = threading.Thread(target=write)
    writer.start()
    begin = time.monotonic()
    assert send_file(client, text).json()["imported"] == 8000
    took = time.monotonic() - begin
    done.set()
    writer.join()
    # In one piece the import would have held one of them up nearly as long as it took.
    assert len(waits) >= 5
    assert max(waits) < max(0.3, took / 3) * (4 if sanitized else 1)


def test_events_follow_a_new_tz_database(alone, tmp_path):
    """Wall clock and zone are the truth: with other rules for Berlin an event moves, and is found."""
    start, client_of = alone
    system = pathlib.Path("/usr/share/zoneinfo")
    if not (system / "tzdata.zi").exists():
        pytest.skip("the tz database of this machine has no version (tzdata.zi)")
    program = start(TZDIR=str(system))
    client = client_of(program)
    event = client.post("/events", json={
        "summary": "Nine", "start": {"dateTime": "2026-07-01T09:00:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-07-01T10:00:00", "timeZone": "Europe/Berlin"}}).json()
    cursor = client.get("/changes", params={"cursor": "now"}).json()["nextCursor"]
    program.stop()

    other = tmp_path / "zoneinfo"
    shutil.copytree(system, other, symlinks=True)
    (other / "Europe" / "Berlin").unlink()
    shutil.copy(system / "Asia" / "Tokyo", other / "Europe" / "Berlin")
    lines = (other / "tzdata.zi").read_text().splitlines()
    lines[0] = "# version 2099a"
    (other / "tzdata.zi").unlink()
    (other / "tzdata.zi").write_text("\n".join(lines) + "\n")
    again = start(folder=program.folder, TZDIR=str(other))
    client = client_of(again)
    told = wait_until(lambda: client.get("/changes", params={"cursor": cursor}).json()["items"],
                      30, "the change of an event that moved")
    assert [(change["type"], change["resourceId"]) for change in told] == [
        ("calendar.event.updated", event["id"])]
    tokyo = client.get("/events", params={"start": "2026-07-01T00:00:00Z", "end": "2026-07-01T00:30:00Z"})
    assert [one["id"] for one in tokyo.json()["items"]] == [event["id"]]
    berlin = client.get("/events", params={"start": "2026-07-01T07:00:00Z", "end": "2026-07-01T07:30:00Z"})
    assert berlin.json()["items"] == []
