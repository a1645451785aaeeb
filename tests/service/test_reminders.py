"""Reminders of the running program: told at their minute on every channel, not told where there is
nothing to be reminded of, put off, held back in quiet hours, and once only however many copies run."""

import concurrent.futures
import datetime
import email
import email.policy
import json
import re
import uuid

import pytest
from loopback_receiver import LoopbackReceiver
from program import wait_until
from test_stream import Stream

pytest.importorskip("aiosmtpd", reason="the package aiosmtpd is not installed")
from receivers import Mailbox  # noqa: E402

PATIENCE = 40  # seconds
ALL_CHANNELS = ["in_app", "email", "push", "webhook"]
DELAY = "scheduling_habit_reminder_delay_seconds"


class Keeper(LoopbackReceiver):
    """Keeps what is posted and takes everything."""

    def __init__(self):
        self.posts = []
        super().__init__()

    def receive(self, path, headers, body):
        self.posts.append((path, headers, body))
        return 200, {}, b""

    @property
    def origin(self):
        return f"http://127.0.0.1:{self.port}"


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def text(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def clock(moment):
    return moment.strftime("%H:%M")


def next_minute(least):
    """The first full minute that is at least so many seconds ahead."""
    begin = now() + datetime.timedelta(seconds=least)
    return begin.replace(second=0, microsecond=0) + datetime.timedelta(minutes=1)


def posted(client, path, **body):
    answer = client.post(path, json=body)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def make_event(client, summary, start, minutes=0, **reminders):
    reminders = reminders or {"useDefault": False, "overrides": [{"method": "popup", "minutes": minutes}]}
    end = start + datetime.timedelta(hours=1)
    return posted(client, "/events", summary=summary, reminders=reminders,
                  start={"dateTime": text(start)}, end={"dateTime": text(end)})


def reminders_of(client, resource=None, part="recent"):
    items = client.get("/reminders", params={"part": part, "maxResults": 250}).json()["items"]
    return [item for item in items if resource in (None, item["resourceId"])]


def wait_for(client, resource, status, part="recent", limit=PATIENCE):
    """The resource's reminder once it has this status."""
    return wait_until(
        lambda: next((r for r in reminders_of(client, resource, part) if r["status"] == status), None),
        limit, f"{status}, not {[r['status'] for r in reminders_of(client, resource, part)]}")


def next_on(stream, kind):
    """The next change of a kind on a stream."""
    while True:
        _, change = stream.next()
        if change["type"] == kind:
            return change


def sample(client, name):
    found = re.search(rf"^{re.escape(name)} (\S+)$", client.get("/metrics").text, re.MULTILINE)
    return float(found.group(1)) if found else 0.0


@pytest.fixture(scope="module")
def mailbox():
    box = Mailbox().start()
    yield box
    box.stop()


@pytest.fixture(scope="module")
def keeper():
    made = Keeper()
    yield made
    made.close()


@pytest.fixture(scope="module")
def program(start_program, mailbox):
    running = start_program(WEBHOOK_ALLOW_PRIVATE="true", WEBHOOK_ALLOW_HTTP="true",
                            SMTP_URL=f"smtp://127.0.0.1:{mailbox.port}")
    yield running
    running.stop()


@pytest.fixture
def ann(callers):
    return callers.user(f"ann-{uuid.uuid4()}")


class Morning:
    """Somebody's habits, all of the same minute, from before it until what follows from it."""

    def __init__(self, callers, keeper):
        self.client = callers.user("morning", email="morning@example.com", email_verified=True)
        settings = self.client.patch("/settings", json={"timeZone": "UTC", "channels": ALL_CHANNELS})
        assert settings.status_code == 200, settings.text
        posted(self.client, "/push/targets", type="ntfy", url=f"{keeper.origin}/topic")
        posted(self.client, "/webhooks", url=f"{keeper.origin}/hook", events=["reminder.*"])
        self.operations = callers.operations()
        self.counted = sample(self.operations, f"{DELAY}_count")
        self.stream = Stream(self.client)
        self.minute = next_minute(5)
        self.told = self._habit("told")
        self.done = self._habit("done")
        posted(self.client, f"/habits/{self.done}/complete")
        self.paused = self._habit("paused")
        posted(self.client, f"/habits/{self.paused}/pause")
        hour = datetime.timedelta(hours=1)
        self.quiet = self._habit(
            "quiet", quietHours={"start": clock(self.minute - hour), "end": clock(self.minute + hour)})
        self.off = self._habit("off", enabled=False)

    def _habit(self, name, **reminders):
        habit = posted(self.client, "/habits", name=name, targetTime=clock(self.minute),
                       reminders={"enabled": True, **reminders})
        return habit["id"]


@pytest.fixture(scope="module")
def morning(callers, keeper):
    made = Morning(callers, keeper)
    if made.minute.hour == 0 and made.minute.minute == 0:
        pytest.skip("habits made just before midnight are those of the day that ends")
    wait_until(lambda: now() >= made.minute, 70, "the minute")
    made.reminder = wait_for(made.client, made.told, "sent")
    yield made
    made.stream.close()


def test_habit_arrives_on_the_stream_once(morning):
    change = next_on(morning.stream, "reminder.sent")
    assert change["resourceId"] == morning.reminder["id"]
    changes = morning.client.get("/changes", params={"maxResults": 250}).json()["items"]
    assert [c["type"] for c in changes].count("reminder.sent") == 1
    late = (datetime.datetime.fromisoformat(morning.reminder["told"].replace("Z", "+00:00"))
            - morning.minute).total_seconds()
    assert 0 <= late < 20, late


def test_habit_arrives_by_mail(morning, mailbox):
    mails = wait_until(lambda: [m for m in mailbox.mails if "morning@example.com" in m.rcpt_tos],
                       PATIENCE, "a mail")
    assert len(mails) == 1
    mail = email.message_from_bytes(mails[0].content, policy=email.policy.default)
    assert "told" in mail["Subject"]
    assert morning.reminder["messageId"] in mail["Message-ID"]
    assert clock(morning.minute) in mail.get_body().get_content()


def test_habit_arrives_at_the_webhook_and_at_ntfy(morning, keeper):
    wait_until(lambda: {path for path, *_ in keeper.posts} >= {"/topic", "/hook"}, PATIENCE, "both")
    hooks = [json.loads(body) for path, _, body in keeper.posts if path == "/hook"]
    assert [hook["type"] for hook in hooks] == ["reminder.sent"]
    assert hooks[0]["data"]["id"] == morning.reminder["id"]
    pushes = [(headers["Title"], body) for path, headers, body in keeper.posts if path == "/topic"]
    assert len(pushes) == 1
    assert "told" in pushes[0][0]


def test_outcomes_of_every_channel_are_at_reminders(morning):
    def outcomes():
        answer = morning.client.get(f"/reminders/{morning.reminder['id']}").json()
        found = {d["channel"]: d["status"] for d in answer["deliveries"]}
        return found if "waiting" not in found.values() and "attempted" not in found.values() else None

    found = wait_until(outcomes, PATIENCE, "outcomes")
    assert found == {"email": "sent", "ntfy": "sent", "web_push": "skipped", "webhook": "sent"}
    assert sorted(morning.reminder["channels"]) == sorted(ALL_CHANNELS)


def test_delay_is_measured(morning):
    assert sample(morning.operations, f"{DELAY}_count") >= morning.counted + 1
    assert sample(morning.operations, f'{DELAY}_bucket{{le="30.0"}}') >= morning.counted + 1
    sent = 'scheduling_habit_reminders_sent_total{channel="in_app",status="sent"}'
    assert sample(morning.operations, sent) >= 1


def test_done_paused_and_silent_habits_do_not_remind(morning):
    for habit in (morning.done, morning.paused, morning.off):
        assert [r for r in reminders_of(morning.client, habit) if r["status"] == "sent"] == []
    # What is done today is next told of tomorrow, what rests for good never.
    tomorrow = text(morning.minute + datetime.timedelta(days=1))
    assert [r["due"][:16] for r in reminders_of(morning.client, morning.done, "upcoming")] == [tomorrow[:16]]
    assert reminders_of(morning.client, morning.paused, "upcoming") == []
    assert reminders_of(morning.client, morning.off, "upcoming") == []


def test_quiet_hours_hold_a_habit_back(morning):
    if (morning.minute + datetime.timedelta(hours=1)).date() != morning.minute.date():
        pytest.skip("the quiet hours of this run end on another day, when the habit's is over")
    (waiting,) = reminders_of(morning.client, morning.quiet, "upcoming")
    assert waiting["status"] == "planned"
    assert waiting["due"][:16] == text(morning.minute + datetime.timedelta(hours=1))[:16]
    assert waiting["occasion"][:16] == text(morning.minute)[:16]


def test_event_is_told_at_its_lead_and_comes_again_after_a_snooze(ann):
    event = make_event(ann, "Train", now() + datetime.timedelta(minutes=10, seconds=4), minutes=10)
    told = wait_for(ann, event["id"], "sent")
    assert told["leadMinutes"] == 10 and told["title"] == "Train"
    until = now() + datetime.timedelta(seconds=4)
    off = posted(ann, f"/reminders/{told['id']}/snooze", until=text(until + datetime.timedelta(seconds=1)))
    assert off["status"] == "snoozed" and off["snoozes"] == 1
    again = wait_for(ann, event["id"], "sent")
    assert again["id"] == told["id"] and again["messageId"] != told["messageId"]
    changes = ann.get("/changes", params={"maxResults": 250}).json()["items"]
    assert [c["resourceId"] for c in changes if c["type"] == "reminder.sent"] == [told["id"]] * 2


def test_dismissed_reminder_is_not_told(ann):
    start = now() + datetime.timedelta(seconds=5)
    event = make_event(ann, "Call", start)
    witness = make_event(ann, "Witness", start + datetime.timedelta(seconds=1))
    planned = wait_for(ann, event["id"], "planned", "upcoming")
    assert posted(ann, f"/reminders/{planned['id']}/dismiss")["status"] == "dismissed"
    wait_for(ann, witness["id"], "sent")
    assert [r["status"] for r in reminders_of(ann, event["id"])] == ["dismissed"]


def test_leads_of_the_settings_hold_for_events_that_say_nothing(ann):
    start = now() + datetime.timedelta(minutes=30)
    event = make_event(ann, "Talk", start, useDefault=True)
    for leads, wanted in ([25], 25), ([7], 7):
        answer = ann.patch("/settings", json={"reminderLeads": {"events": leads}})
        assert answer.status_code == 200, answer.text
        due = text(start - datetime.timedelta(minutes=wanted))[:16]
        wait_until(lambda due=due: [r["due"][:16] for r in reminders_of(ann, event["id"], "upcoming")] == [due],
                   PATIENCE, f"planned {wanted} minutes ahead")
    assert ann.patch("/settings", json={"reminderLeads": {"events": []}}).status_code == 200
    wait_until(lambda: reminders_of(ann, event["id"], "upcoming") == [], PATIENCE, "nothing planned")


def test_moved_and_removed_events_leave_no_stale_reminder(ann):
    start = now() + datetime.timedelta(minutes=30)
    event = make_event(ann, "Talk", start)
    path = f"/events/{event['id']}"
    wait_for(ann, event["id"], "planned", "upcoming")
    later = start + datetime.timedelta(hours=1)
    moved = ann.patch(path, json={"start": {"dateTime": text(later)},
                                  "end": {"dateTime": text(later + datetime.timedelta(hours=1))}})
    assert moved.status_code == 200, moved.text
    wait_until(lambda: [r["due"][:16] for r in reminders_of(ann, event["id"], "upcoming")] == [text(later)[:16]],
               PATIENCE, "planned anew")
    assert ann.delete(path).status_code == 204
    wait_until(lambda: reminders_of(ann, event["id"], "upcoming") == [], PATIENCE, "nothing planned")


def make_many(people, start, each):
    """Events of many people, all at one instant; who has which."""
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda person: [make_event(person, f"Event {i}", start)["id"] for i in range(each)],
                             people))
    wait_until(lambda: all(len(reminders_of(person, part="upcoming")) == each for person in people),
               PATIENCE, "every event planned")
    assert now() < start, "the machine was too slow for what this shows"
    return made


def check_told_once(people, events, limit):
    """Every event was told, and only once: by its row, and in the change log."""
    wanted = len(events[0])
    for person, ids in zip(people, events):
        wait_until(lambda person=person: len(reminders_of(person)) == wanted, limit, "all told")
        told = reminders_of(person)
        assert {r["status"] for r in told} == {"sent"}
        assert sorted(r["resourceId"] for r in told) == sorted(ids)
        changes = person.get("/changes", params={"maxResults": 250}).json()["items"]
        sent = [c["resourceId"] for c in changes if c["type"] == "reminder.sent"]
        assert sorted(sent) == sorted(r["id"] for r in told)


def test_two_copies_on_postgres_tell_each_reminder_once(start_program, callers_of, postgres):
    url = postgres.new_database()
    here, there = start_program(DATABASE_URL=url), start_program(DATABASE_URL=url)
    callers, others = callers_of(here), callers_of(there)
    people = [(callers if i % 2 else others).user(f"shared-{i}") for i in range(8)]
    events = make_many(people, now() + datetime.timedelta(seconds=20), 25)
    check_told_once(people, events, PATIENCE)
    told = 'scheduling_reminders_sent_total{kind="event",channel="in_app",status="sent"}'
    assert sample(callers.operations(), told) + sample(others.operations(), told) == 8 * 25
    assert here.stop() == 0 and there.stop() == 0


def test_copy_killed_in_the_midst_is_taken_over(start_program, callers_of, postgres):
    url = postgres.new_database()
    doomed, heir = start_program(DATABASE_URL=url), start_program(DATABASE_URL=url)
    callers = callers_of(heir)
    people = [callers.user(f"heir-{i}") for i in range(8)]
    start = now() + datetime.timedelta(seconds=20)
    events = make_many(people, start, 25)
    told = 'scheduling_reminders_sent_total{kind="event",channel="in_app",status="sent"}'
    doomed_operations = callers_of(doomed).operations()
    wait_until(lambda: now() >= start, PATIENCE, "the events' start")
    wait_until(lambda: sample(doomed_operations, told) > 0 or reminders_of(people[-1]), PATIENCE, "the first")
    doomed.kill()
    check_told_once(people, events, 90)  # what the dead copy held is free after its lease of 30 seconds
    assert heir.stop() == 0
