"""Consent, codes with PKCE, refresh, revocation."""

import base64
import hashlib
import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from conftest import ALEX, BO
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256

SCOPE = "https://www.googleapis.com/auth/calendar"
VERIFIER = "a-verifier-of-at-least-forty-three-characters-0123"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
BACK = "http://127.0.0.1:9/auth/google/callback"


class Flow:
    def __init__(self, google):
        self.google = google
        self.ready = google.ready
        self.http = google.http

    def ask(self, **more):
        query = {"client_id": self.ready["clientId"], "redirect_uri": BACK, "response_type": "code", "scope": SCOPE,
                 "state": "s t&1", "code_challenge": CHALLENGE, "code_challenge_method": "S256",
                 "access_type": "offline", **more}
        return self.http.get(self.ready["authUrl"], params={name: value for name, value in query.items() if value})

    def decide(self, page, account=ALEX, decision="allow", scopes=(SCOPE,)):
        request = re.search(r'name="request" value="([^"]+)"', page.text).group(1)
        answer = self.http.post(self.ready["authUrl"], data={
            "request": request, "account": account, "decision": decision, "scope": list(scopes)})
        assert answer.status_code == 302, answer.text
        assert answer.headers["location"].startswith(BACK + "?")
        return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}

    def token(self, **form):
        known = {"client_id": self.ready["clientId"], "client_secret": self.ready["clientSecret"]}
        sent = {name: value for name, value in {**known, **form}.items() if value is not None}
        return self.http.post(self.ready["tokenUrl"], data=sent)

    def exchange(self, given, **more):
        return self.token(**{"grant_type": "authorization_code", "code": given, "redirect_uri": BACK,
                             "code_verifier": VERIFIER, **more})

    def refused(self, answer, error, status=400):
        assert (answer.status_code, answer.json()["error"]) == (status, error), answer.text
        return answer.json()["error_description"]


@pytest.fixture
def flow(google):
    google.control("POST", f"/accounts/{ALEX}/revoke")  # so that the first consent is the first
    return Flow(google)


def test_a_person_allows_and_the_code_becomes_tokens_once(flow, google):
    page = flow.ask(login_hint=BO)
    assert page.status_code == 200 and f'value="{BO}" checked' in page.text
    back = flow.decide(page, BO)
    assert back["state"] == "s t&1" and back["scope"] == SCOPE
    tokens = flow.exchange(back["code"]).json()
    assert tokens["token_type"] == "Bearer" and tokens["expires_in"] == 3599 and tokens["refresh_token"]
    answer = google.send("GET", "/calendars/primary", token=tokens["access_token"])
    assert answer.json()["id"] == BO
    flow.refused(flow.exchange(back["code"]), "invalid_grant")
    assert google.send("GET", "/calendars/primary", token=tokens["access_token"]).status_code == 401


def test_a_person_cancels(flow):
    assert flow.decide(flow.ask(), decision="deny") == {"error": "access_denied", "state": "s t&1"}


def test_a_page_works_once(flow):
    page = flow.ask()
    flow.decide(page)
    request = re.search(r'name="request" value="([^"]+)"', page.text).group(1)
    assert flow.http.post(flow.ready["authUrl"], data={"request": request}).status_code == 400


@pytest.mark.parametrize(("more", "error"), [
    ({"client_id": "other"}, "invalid_client"), ({"redirect_uri": "https://evil.example/x"}, "redirect_uri_mismatch"),
    ({"response_type": "token"}, "unsupported_response_type"), ({"scope": ""}, "invalid_request"),
    ({"scope": "everything"}, "invalid_scope"), ({"code_challenge_method": "S512"}, "invalid_request")])
def test_a_wrong_request_is_a_page_that_names_the_error(flow, more, error):
    page = flow.ask(**more)
    assert page.status_code == 400 and f"<code>{error}</code>" in page.text


@pytest.mark.parametrize(("more", "error", "status"), [
    ({"code_verifier": None}, "invalid_grant", 400), ({"code_verifier": "x" * 50}, "invalid_grant", 400),
    ({"redirect_uri": BACK + "/"}, "redirect_uri_mismatch", 400), ({"client_secret": "wrong"}, "invalid_client", 401),
    ({"client_id": "other"}, "invalid_client", 401), ({"code": "4/other"}, "invalid_grant", 400),
    ({"grant_type": "password"}, "unsupported_grant_type", 400), ({"code": None}, "invalid_request", 400)])
def test_a_wrong_exchange_is_refused(flow, more, error, status):
    code = flow.decide(flow.ask())["code"]
    flow.refused(flow.exchange(code, **more), error, status)


def test_a_code_lives_ten_minutes(flow, google):
    code = flow.decide(flow.ask())["code"]
    google.control("POST", "/clock", {"advance": 601})
    flow.refused(flow.exchange(code), "invalid_grant")


def test_a_refresh_answers_no_refresh_token(flow, google):
    tokens = flow.exchange(flow.decide(flow.ask())["code"]).json()
    google.control("POST", "/clock", {"advance": 3600})
    old = google.send("GET", "/calendars/primary", token=tokens["access_token"])
    assert old.status_code == 401 and old.json()["error"]["errors"][0]["reason"] == "authError"
    assert "invalid_token" in old.headers["www-authenticate"]
    again = flow.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"]).json()
    assert "refresh_token" not in again
    assert google.send("GET", "/calendars/primary", token=again["access_token"]).status_code == 200


def test_a_second_consent_gives_a_refresh_token_only_when_asked(flow):
    first = flow.exchange(flow.decide(flow.ask())["code"]).json()
    assert first["refresh_token"]
    assert "refresh_token" not in flow.exchange(flow.decide(flow.ask())["code"]).json()
    assert flow.exchange(flow.decide(flow.ask(prompt="consent"))["code"]).json()["refresh_token"]
    online = flow.exchange(flow.decide(flow.ask(access_type=""))["code"]).json()
    assert "refresh_token" not in online


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_revoking_either_token_ends_both(flow, google, which):
    tokens = flow.exchange(flow.decide(flow.ask())["code"]).json()
    revoke = flow.ready["revokeUrl"]
    assert flow.http.post(revoke, data={"token": tokens[which]}).status_code == 200
    assert google.send("GET", "/calendars/primary", token=tokens["access_token"]).status_code == 401
    words = flow.refused(flow.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"]), "invalid_grant")
    assert words == "Token has been expired or revoked."
    flow.refused(flow.http.post(revoke, params={"token": tokens[which]}), "invalid_token")


def test_a_user_takes_the_access_back(flow, google):
    tokens = flow.exchange(flow.decide(flow.ask())["code"]).json()
    assert google.control("POST", f"/accounts/{ALEX}/revoke")["revoked"] == 1
    flow.refused(flow.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"]), "invalid_grant")


def test_refresh_tokens_of_a_screen_in_testing_end_after_a_week(flow, google):
    google.control("PATCH", "/settings", {"refreshTokenDays": 7, "rotateRefreshTokens": True})
    tokens = flow.exchange(flow.decide(flow.ask())["code"]).json()
    assert tokens["refresh_token_expires_in"] == pytest.approx(7 * 86400, abs=5)
    google.control("POST", "/clock", {"advance": 6 * 86400})
    rotated = flow.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"]).json()["refresh_token"]
    flow.refused(flow.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"]), "invalid_grant")
    google.control("POST", "/clock", {"advance": 2 * 86400})
    flow.refused(flow.token(grant_type="refresh_token", refresh_token=rotated), "invalid_grant")


def test_scopes_are_enforced(google):
    google.grant(scopes=["https://www.googleapis.com/auth/calendar.events.readonly"])
    google.call("GET", "/calendars/primary/events")
    google.refused(403, "insufficientPermissions", "DELETE", "/calendars/primary/events/abcde")
    google.refused(403, "insufficientPermissions", "GET", "/users/me/calendarList")


def test_without_a_token_login_is_required(google):
    answer = google.http.get(google.ready["apiUrl"] + "/users/me/calendarList")
    assert (answer.status_code, answer.json()["error"]["errors"][0]["reason"]) == (401, "required")


def test_auto_consent_redirects_at_once(flow, google):
    google.control("PATCH", "/settings", {"autoConsent": True})
    answer = flow.ask(login_hint=BO)
    assert answer.status_code == 302 and "code=" in answer.headers["location"]


def test_who_it_is_can_be_asked_and_verified(flow):
    scopes = ("openid", "email", SCOPE)
    tokens = flow.exchange(flow.decide(flow.ask(scope=" ".join(scopes)), scopes=scopes)["code"]).json()
    head, claims, signature = tokens["id_token"].split(".")

    def decode(text):
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

    key = flow.http.get(flow.ready["url"] + "/oauth2/v3/certs").json()["keys"][0]
    numbers = RSAPublicNumbers(int.from_bytes(decode(key["e"]), "big"), int.from_bytes(decode(key["n"]), "big"))
    numbers.public_key().verify(decode(signature), f"{head}.{claims}".encode(), PKCS1v15(), SHA256())
    assert json.loads(decode(claims))["email"] == ALEX
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    person = flow.http.get(flow.ready["userinfoUrl"], headers=bearer).json()
    assert person["email"] == ALEX and person["sub"] == json.loads(decode(claims))["sub"]
