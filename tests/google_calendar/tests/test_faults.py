"""Faults, counts, quota: what tests of a client steer."""

import httpx
import pytest
from conftest import ALEX

EVENTS = "/calendars/primary/events"
BODY = {"id": "abcde", "summary": "x", "start": {"date": "2026-03-02"}, "end": {"date": "2026-03-03"}}


@pytest.mark.parametrize(("fault", "status"), [
    ({"reason": "authError"}, 401), ({"reason": "rateLimitExceeded"}, 403), ({"reason": "userRateLimitExceeded"}, 403),
    ({"reason": "quotaExceeded"}, 403), ({"reason": "forbidden"}, 403), ({"reason": "forbiddenForNonOrganizer"}, 403),
    ({"reason": "insufficientPermissions"}, 403), ({"reason": "fullSyncRequired"}, 410),
    ({"reason": "updatedMinTooLongAgo"}, 410), ({"reason": "conditionNotMet"}, 412),
    ({"reason": "rateLimitExceeded", "status": 429, "retryAfter": 7}, 429), ({"reason": "backendError"}, 500),
    ({"reason": "backendError", "status": 503, "retryAfter": 3}, 503)])
def test_each_refusal_can_be_had(google, fault, status):
    google.control("POST", "/faults", {"method": "events.list", "kind": "error", **fault})
    answer = google.send("GET", EVENTS)
    assert (answer.status_code, answer.json()["error"]["errors"][0]["reason"]) == (status, fault["reason"])
    assert answer.headers.get("retry-after") == (str(fault["retryAfter"]) if "retryAfter" in fault else None)
    google.call("GET", EVENTS)


def test_rules_choose_their_calls(google):
    work = google.call("POST", "/calendars", {"summary": "Work"})["id"]
    ids = google.control("POST", "/faults", [
        {"method": "events.*", "calendarId": work, "kind": "error", "reason": "quotaExceeded", "times": 0},
        {"method": "calendars.get", "after": 1, "kind": "error", "reason": "backendError"}])["ids"]
    google.call("GET", EVENTS)
    for _ in range(3):
        google.refused(403, "quotaExceeded", "GET", f"/calendars/{work}/events")
    google.call("GET", "/calendars/primary")
    google.refused(500, "backendError", "GET", "/calendars/primary")
    google.call("GET", "/calendars/primary")
    assert [one["hits"] for one in google.control("GET", "/faults")["faults"]] == [3, 1]
    google.control("DELETE", f"/faults/{ids[0]}")
    google.call("GET", f"/calendars/{work}/events")


@pytest.mark.parametrize(("when", "there"), [("before", 0), ("after", 1)])
def test_a_dropped_answer_says_nothing_of_the_effect(google, when, there):
    google.control("POST", "/faults", {"method": "events.insert", "kind": "drop", "when": when})
    with pytest.raises(httpx.TransportError):
        google.send("POST", EVENTS, BODY)
    assert len(google.pages()[0]) == there


def test_a_cut_answer_has_its_effect(google):
    google.control("POST", "/faults", {"method": "events.insert", "kind": "truncate"})
    with pytest.raises(httpx.TransportError):
        google.send("POST", EVENTS, BODY)
    assert len(google.pages()[0]) == 1


def test_a_call_carried_out_twice_answers_a_duplicate(google):
    google.control("POST", "/faults", {"method": "events.insert", "kind": "duplicate"})
    google.refused(409, "duplicate", "POST", EVENTS, BODY)
    assert len(google.pages()[0]) == 1


def test_a_page_can_hold_every_item_twice_or_none(google):
    google.control("POST", "/fill", {"calendarId": ALEX, "count": 4})
    google.control("POST", "/faults", {"method": "events.list", "kind": "duplicate", "what": "items"})
    assert len(google.pages()[0]) == 8
    google.control("POST", "/faults", {"method": "events.list", "kind": "emptyPage", "after": 1})
    first = google.call("GET", EVENTS, maxResults=2)
    empty = google.call("GET", EVENTS, maxResults=2, pageToken=first["nextPageToken"])
    assert empty["items"] == [] and empty["nextPageToken"]
    last = google.call("GET", EVENTS, maxResults=2, pageToken=empty["nextPageToken"])
    assert len({one["id"] for one in first["items"] + last["items"]}) == 4 and last["nextSyncToken"]


def test_the_bytes_of_an_answer_can_come_twice(google):
    google.control("POST", "/faults", {"method": "colors.get", "kind": "duplicate", "what": "answer"})
    answer = google.send("GET", "/colors")
    assert answer.status_code == 200 and answer.headers["connection"] == "close"


def test_slow_and_late_answers_are_whole(google):
    google.insert()
    google.control("POST", "/faults", [{"method": "events.list", "kind": "slow", "seconds": 0.1, "slices": 4},
                                       {"method": "events.list", "kind": "delay", "seconds": 0.05, "when": "after"}])
    for least in (0.1, 0.05):
        answer = google.send("GET", EVENTS)
        assert len(answer.json()["items"]) == 1 and answer.elapsed.total_seconds() >= least


def test_a_broken_proxy_answers_html(google):
    google.control("POST", "/faults", {"kind": "html"})
    answer = google.send("GET", EVENTS)
    assert answer.status_code == 502 and answer.headers["content-type"].startswith("text/html")


def test_access_ends_or_the_whole_grant(google):
    form = {"client_id": google.ready["clientId"], "client_secret": google.ready["clientSecret"],
            "grant_type": "refresh_token", "refresh_token": google.tokens["refresh_token"]}
    google.control("POST", "/faults", {"method": "events.list", "kind": "expireAccess"})
    google.refused(401, "authError", "GET", EVENTS)
    google.refused(401, "authError", "GET", EVENTS)
    google.tokens = google.tokens | google.http.post(google.ready["tokenUrl"], data=form).json()
    google.call("GET", EVENTS)
    google.control("POST", "/faults", {"method": "events.list", "kind": "revoke"})
    google.refused(401, "authError", "GET", EVENTS)
    assert google.http.post(google.ready["tokenUrl"], data=form).json()["error"] == "invalid_grant"


def test_the_token_endpoint_has_faults_of_its_own(google):
    google.control("POST", "/faults", [{"method": "oauth.token", "kind": "error", "reason": "invalid_grant"},
                                       {"method": "oauth.token", "kind": "error", "reason": "backendError"}])
    answers = [google.http.post(google.ready["tokenUrl"], data={}) for _ in range(2)]
    assert [one.status_code for one in answers] == [400, 500]
    assert answers[0].json()["error"] == "invalid_grant"


def test_random_faults_repeat_with_their_seed(google):
    def run():
        google.control("POST", "/faults/random", {"seed": 7, "rate": 0.4, "methods": ["events.get"],
                                                  "kinds": ["403-rate", "500", "429", "412"]})
        return [google.send("GET", f"{EVENTS}/abcde").status_code for _ in range(40)]

    google.call("POST", EVENTS, BODY)
    first = run()
    assert first == run() and {200, 403, 429, 412, 500} == set(first)
    assert google.control("DELETE", "/faults/random")["drawn"] == 40
    assert google.send("GET", f"{EVENTS}/abcde").status_code == 200


def test_wrong_rules_are_refused(google):
    for rule in ({"kind": "storm"}, {"kind": "drop", "when": "soon"}, {"kind": "drop", "bytes": 1}):
        answer = google.http.post(google.ready["controlUrl"] + "/faults", json=rule)
        assert answer.status_code == 400 and answer.json()["error"]


def test_calls_are_counted_but_not_those_of_control(google):
    google.control("DELETE", "/calls")
    google.call("GET", EVENTS)
    google.refused(404, "notFound", "GET", f"{EVENTS}/abcde")
    google.control("POST", "/faults", {"kind": "error", "reason": "backendError"})
    google.send("GET", "/colors")
    calls = google.control("GET", "/calls")
    assert calls["total"] == 3
    assert calls["byMethod"] == {"events.list": 1, "events.get": 1, "colors.get": 1}
    assert calls["byStatus"] == {"200": 1, "404": 1, "500": 1}
    assert [one["fault"] for one in calls["calls"]] == [None, None, "error"]
    assert [one["n"] for one in google.control("GET", "/calls?method=events.get&since=1")["calls"]] == [2]


@pytest.mark.parametrize(("more", "status", "reason"), [
    ({"perUserPerMinute": 2}, 403, "userRateLimitExceeded"), ({"perProjectPerMinute": 2}, 403, "rateLimitExceeded"),
    ({"perUserPerMinute": 2, "quotaStatus": 429}, 429, "rateLimitExceeded")])
def test_a_quota_is_kept(google, more, status, reason):
    google.control("PATCH", "/settings", more)
    for _ in range(2):
        google.call("GET", "/colors")
    google.refused(status, reason, "GET", "/colors")


def test_the_store_is_edited_as_its_owner_would_elsewhere(google):
    _, token = google.pages()
    made = google.control("POST", f"/calendars/{ALEX}/events", BODY)
    google.control("PATCH", f"/calendars/{ALEX}/events/abcde", {"summary": "y"})
    results = google.control("POST", f"/calendars/{ALEX}/batch", {"edits": [
        {"op": "insert", "body": {**BODY, "id": "fghij"}}, {"op": "insert", "body": BODY},
        {"op": "delete", "id": "fghij"}]})["results"]
    assert results[1]["error"]["code"] == 409 and results[2]["status"] == "cancelled"
    assert {one["id"]: one["status"] for one in google.pages(syncToken=token)[0]} == {
        "abcde": "confirmed", "fghij": "cancelled"}
    stored = google.control("GET", f"/calendars/{ALEX}/events")
    assert [one["id"] for one in stored["items"]] == ["abcde", "fghij"] and stored["items"][0]["etag"] != made["etag"]
    assert google.control("GET", f"/calendars/{ALEX}/events/abcde")["summary"] == "y"


def test_answers_are_compressed_when_wanted(google):
    google.control("PATCH", "/settings", {"gzip": True})
    google.insert()
    answer = google.send("GET", EVENTS, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip" and len(answer.json()["items"]) == 1


def test_a_body_that_is_no_json_is_refused(google):
    for content, kind in ((b"{", "application/json"), (b"[]", "application/json"), (b"a=b", "text/plain")):
        answer = google.http.post(google.ready["apiUrl"] + EVENTS, content=content, headers={
            "Content-Type": kind, "Authorization": f"Bearer {google.tokens['access_token']}"})
        assert (answer.status_code, answer.json()["error"]["errors"][0]["reason"]) == (400, "parseError")


def test_ten_thousand_events_are_no_bottleneck(google):
    google.control("POST", "/fill", {"calendarId": ALEX, "count": 10_000})
    google.pages(maxResults=2500)
    items, seconds, token = 0, 0.0, None
    while True:
        answer = google.send("GET", EVENTS, maxResults=2500, **({"pageToken": token} if token else {}))
        seconds += answer.elapsed.total_seconds()
        items += len(answer.json()["items"])
        token = answer.json().get("nextPageToken")
        if not token:
            break
    assert items == 10_000
    assert seconds < 1.5, f"{seconds:.3f} s"
