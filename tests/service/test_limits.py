"""What the configuration limits, seen from outside: bodies, sessions, bad credentials."""

import re


def test_bodies_are_read_as_long_as_is_configured(start_program, callers_of):
    program = start_program(HTTP_MAX_BODY_BYTES="2KiB", IMPORT_MAX_BODY_BYTES="4KiB")
    ann = callers_of(program).user("ann")
    calendar = ann.get("/calendars").json()["items"][0]["id"]
    too_long = "x" * 3000
    assert ann.patch("/settings", content=too_long, headers={"Content-Type": "application/json"}).status_code == 413
    target = f"/calendars/{calendar}/import"
    headers = {"Content-Type": "text/calendar"}
    assert ann.post(target, content=too_long, headers=headers).status_code != 413
    assert ann.post(target, content=too_long + too_long, headers=headers).status_code == 413
    program.stop()


def test_sessions_last_as_long_as_is_configured(start_program, callers_of):
    program = start_program(SETUP_CODE="open-sesame-please", SESSION_LIFETIME="2h")
    answer = callers_of(program).stranger().post("/auth/session", json={"setupCode": "open-sesame-please"})
    assert answer.status_code == 200
    assert re.search(r"Max-Age=7200;", answer.headers["Set-Cookie"])
    program.stop()


def test_an_address_cannot_try_credentials_for_ever(start_program, callers_of):
    program = start_program(RATE_LIMIT_ENABLED="true", RATE_LIMIT_FAILURES="5", SETUP_CODE="open-sesame-please")
    callers = callers_of(program)
    stranger = callers.stranger()
    bad = {"Authorization": "Bearer sw_pat_" + "a" * 43}
    assert [stranger.get("/settings", headers=bad).status_code for _ in range(7)] == [401] * 5 + [429] * 2
    refused = stranger.post("/auth/session", json={"setupCode": "open-sesame-please"})
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert callers.user("ann").get("/settings").status_code == 200
    metrics = callers.operations().get("/metrics").text
    assert 'scheduling_auth_failures_total{credential="access_token",outcome="refused"} 5' in metrics
    program.stop()
