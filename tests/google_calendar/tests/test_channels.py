"""Push notifications."""

import uuid

import pytest
from conftest import ALEX

EVENTS = "/calendars/primary/events"


def watch(google, receiver, path=f"{EVENTS}/watch", **more):
    body = {"id": str(uuid.uuid4()), "type": "web_hook", "address": receiver.url, "token": "secret", **more}
    return google.call("POST", path, body)


def test_a_watch_begins_with_a_sync_message_and_tells_of_changes_in_order(google, receiver):
    channel = watch(google, receiver)
    assert channel["kind"] == "api#channel" and channel["token"] == "secret" and channel["resourceId"]
    first = receiver.next()
    assert first["x-goog-resource-state"] == "sync" and first["x-goog-message-number"] == "1"
    assert first["x-goog-channel-id"] == channel["id"] and first["x-goog-channel-token"] == "secret"
    assert first["x-goog-resource-id"] == channel["resourceId"]
    assert first["x-goog-resource-uri"].endswith(f"/calendars/{ALEX}/events?alt=json")
    assert first["x-goog-channel-expiration"].endswith(" GMT") and first["content-length"] == "0"
    event = google.insert()
    google.call("DELETE", f"{EVENTS}/{event['id']}")
    for number in ("2", "3"):
        told = receiver.next()
        assert (told["x-goog-resource-state"], told["x-goog-message-number"]) == ("exists", number)


def test_edits_elsewhere_are_told_too(google, receiver):
    watch(google, receiver)
    receiver.next()
    google.control("POST", f"/calendars/{ALEX}/events", {"summary": "x", "start": {"date": "2026-01-01"},
                                                         "end": {"date": "2026-01-02"}})
    assert receiver.next()["x-goog-resource-state"] == "exists"


def test_two_channels_of_one_calendar_overlap_until_one_is_stopped(google, receiver):
    old, new = watch(google, receiver), watch(google, receiver)
    assert old["resourceId"] == new["resourceId"]
    assert {receiver.next()["x-goog-channel-id"], receiver.next()["x-goog-channel-id"]} == {old["id"], new["id"]}
    stop = {"id": old["id"], "resourceId": old["resourceId"]}
    assert google.call("POST", "/channels/stop", stop) is None
    google.refused(404, "notFound", "POST", "/channels/stop", stop)
    google.insert()
    assert receiver.next()["x-goog-channel-id"] == new["id"]
    assert [one["id"] for one in google.control("GET", "/channels")] == [new["id"]]


def test_a_channel_expires(google, receiver):
    now = google.control("GET", "/clock")
    watch(google, receiver, params={"ttl": "60"})
    receiver.next()
    google.control("POST", "/clock", {"advance": 61})
    google.insert()
    assert google.control("GET", "/channels") == [] and now
    assert receiver.got.empty()


@pytest.mark.parametrize(("more", "reason"), [
    ({"id": ""}, "required"), ({"id": "a b"}, "invalid"), ({"type": "email"}, "push.channelTypeNotSupported"),
    ({"address": "http://example.org/x"}, "push.webhookUrlNotHttps"),
    ({"address": "here"}, "push.webhookUrlNoHostOrAddress"),
    ({"expiration": 1}, "channelExpirationInvalid")])
def test_a_wrong_channel_is_refused(google, receiver, more, reason):
    body = {"id": "abc", "type": "web_hook", "address": receiver.url, **more}
    google.refused(400, reason, "POST", f"{EVENTS}/watch", body)


def test_a_channel_id_is_used_once(google, receiver):
    watch(google, receiver, id="abc")
    google.refused(400, "channelIdNotUnique", "POST", f"{EVENTS}/watch",
                   {"id": "abc", "type": "web_hook", "address": receiver.url})


def test_a_receiver_in_trouble_is_tried_again(google, receiver):
    receiver.statuses = [503, 500]
    watch(google, receiver)
    numbers = [receiver.next()["x-goog-message-number"] for _ in range(3)]
    assert numbers == ["1", "1", "1"]


def test_the_control_interface_sends_bursts_and_forgeries(google, receiver):
    channel = watch(google, receiver)
    receiver.next()
    forged = google.control("POST", f"/channels/{channel['id']}/notify", {
        "count": 3, "headers": {"X-Goog-Channel-Token": "wrong", "X-Goog-Resource-URI": None}})
    assert forged["statuses"] == [200, 200, 200]
    told = receiver.next()
    assert told["x-goog-channel-token"] == "wrong" and "x-goog-resource-uri" not in told
    assert google.control("GET", "/channels")[0]["sent"] == 4


def test_notifications_can_be_lost_or_doubled(google, receiver):
    watch(google, receiver)
    receiver.next()
    google.control("PATCH", "/settings", {"notificationDrop": 1})
    google.insert()
    google.control("PATCH", "/settings", {"notificationDrop": 0, "notificationDuplicate": 1})
    google.insert()
    assert [receiver.next()["x-goog-message-number"] for _ in range(2)] == ["2", "2"]
    assert receiver.got.empty()


def test_calendar_list_acl_and_settings_can_be_watched(google, receiver):
    watch(google, receiver, "/users/me/calendarList/watch")
    watch(google, receiver, "/calendars/primary/acl/watch")
    watch(google, receiver, "/users/me/settings/watch")
    for _ in range(3):
        assert receiver.next()["x-goog-resource-state"] == "sync"
    google.call("POST", "/calendars", {"summary": "Work"})
    assert receiver.next()["x-goog-resource-uri"].endswith("/users/me/calendarList?alt=json")
