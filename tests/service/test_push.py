"""Push messages of the real program: what browsers and ntfy servers get, read by other people's
libraries, and what happens with servers that refuse."""

import base64
import json

import pytest

pytest.importorskip("http_ece", reason="the package http-ece is not installed")
pytest.importorskip("py_vapid", reason="the package py-vapid is not installed")

import http_ece  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import ec  # noqa: E402
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: E402
from loopback_receiver import LoopbackReceiver  # noqa: E402
from py_vapid import Vapid  # noqa: E402


def letters(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class PushServer(LoopbackReceiver):
    """Keeps (path, headers, body) of what is posted and answers `status` with `headers`."""

    def __init__(self):
        self.status, self.headers, self.posts = 201, {}, []
        super().__init__()

    def receive(self, path, headers, body):
        self.posts.append((path, headers, body))
        return self.status, self.headers, b""

    @property
    def origin(self):
        return f"http://127.0.0.1:{self.port}"


class Browser:
    """A subscription as a browser makes it."""

    def __init__(self, endpoint):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.auth = b"sixteen bytes ok"
        self.endpoint = endpoint

    def subscription(self):
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"type": "webpush", "endpoint": self.endpoint, "expirationTime": None,
                "keys": {"p256dh": letters(point), "auth": letters(self.auth)}}

    def decrypt(self, body):
        return http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth,
                                version="aes128gcm")


@pytest.fixture
def push_server():
    server = PushServer()
    yield server
    server.close()


@pytest.fixture(scope="module")
def program(start_program):
    running = start_program(WEBHOOK_ALLOW_PRIVATE="true", WEBHOOK_ALLOW_HTTP="true",
                            VAPID_SUBJECT="mailto:ops@example.org")
    yield running
    running.stop()


def register(client, body):
    answer = client.post("/push/targets", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def test_a_browser_can_read_what_it_gets_and_knows_who_sent_it(callers, push_server):
    ann = callers.user("ann")
    key = ann.get("/push/key").json()["publicKey"]
    browser = Browser(f"{push_server.origin}/send/planted-endpoint")
    target = register(ann, browser.subscription())
    answer = ann.post(f"/push/targets/{target}/test")
    assert answer.json() == {"status": "sent"}

    (path, headers, body), = push_server.posts
    assert path == "/send/planted-endpoint"
    assert headers["Content-Encoding"] == "aes128gcm"
    assert headers["Urgency"] == "high" and 0 < int(headers["TTL"]) <= 300
    assert len(headers["Topic"]) == 32
    assert len(body) <= 4096
    message = json.loads(browser.decrypt(body))
    assert message["title"] and message["body"] and message["kind"] == "event"

    # The signature is that of the key that the browser registered with, for this server.
    assert headers["Authorization"].startswith("vapid t=")
    token, public = headers["Authorization"].removeprefix("vapid t=").split(", k=")
    assert public == key
    assert Vapid.verify(f"vapid t={token},k={public}")
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert claims["aud"] == push_server.origin
    assert claims["sub"] == "mailto:ops@example.org"


def test_another_browser_cannot_read_it(callers, push_server):
    ann = callers.user("bea")
    browser = Browser(f"{push_server.origin}/send/1")
    ann.post(f"/push/targets/{register(ann, browser.subscription())}/test")
    with pytest.raises(http_ece.ECEException):
        Browser("").decrypt(push_server.posts[0][2])


def test_a_browser_that_is_gone_is_removed(callers, push_server):
    ann = callers.user("cid")
    target = register(ann, Browser(f"{push_server.origin}/send/2").subscription())
    push_server.status = 410
    assert ann.post(f"/push/targets/{target}/test").json()["status"] == "gone"
    assert ann.get("/push/targets").json()["items"] == []
    assert ann.post(f"/push/targets/{target}/test").status_code == 404


def test_ntfy_gets_the_message_and_the_token_is_never_told(program, callers, push_server):
    ann = callers.user("dan")
    push_server.status = 200
    target = register(ann, {"type": "ntfy", "name": "phone", "token": "tk_planted_token",
                            "url": f"{push_server.origin}/planted-topic"})
    assert ann.post(f"/push/targets/{target}/test").json() == {"status": "sent"}
    (path, headers, body), = push_server.posts
    assert path == "/planted-topic"
    assert headers["Authorization"] == "Bearer tk_planted_token"
    assert headers["Title"] and headers["Priority"] == "high" and headers["Tags"]
    assert b"test" in body
    push_server.status = 403
    refused = ann.post(f"/push/targets/{target}/test").json()
    assert refused["status"] == "failed" and "403" in refused["message"]
    told = ann.get("/push/targets").text + refused["message"] + program.said()
    told += callers.operations().get("/metrics").text
    assert "planted" not in told
    assert 'scheduling_channel_attempts_total{sender="ntfy",outcome="refused"} 1' in told


def test_a_server_that_asks_for_time_gets_it(callers, push_server):
    ann = callers.user("eve")
    target = register(ann, Browser(f"{push_server.origin}/send/3").subscription())
    push_server.status, push_server.headers = 429, {"Retry-After": "3600"}
    for _ in range(3):
        assert ann.post(f"/push/targets/{target}/test").json()["status"] == "failed"
    assert len(push_server.posts) == 1
    metrics = callers.operations().get("/metrics").text
    assert 'scheduling_channel_attempts_total{sender="web_push",outcome="held"} 2' in metrics
    assert 'scheduling_channel_circuits_open{sender="web_push"} 1' in metrics


def test_addresses_of_this_machine_are_refused_unless_they_are_allowed(start_program, callers_of,
                                                                       push_server):
    strict = start_program()
    ann = callers_of(strict).user("ann")
    port = push_server.port
    for url in (f"https://127.0.0.1:{port}/topic", f"https://localhost:{port}/topic",
                f"https://[::1]:{port}/topic", "https://169.254.169.254/latest"):
        answer = ann.post("/push/targets", json={"type": "ntfy", "url": url})
        assert answer.status_code == 422, url
        assert answer.json()["error"]["details"][0]["field"] == "url"
    assert push_server.posts == []
    strict.stop()


def test_the_key_stays_over_a_restart(start_program, callers_of):
    first = start_program()
    key = callers_of(first).user("ann").get("/push/key").json()["publicKey"]
    assert first.stop() == 0
    file = first.folder / "data" / "vapid-key"
    assert file.stat().st_mode & 0o777 == 0o600
    second = start_program(folder=first.folder)
    assert callers_of(second).user("ann").get("/push/key").json()["publicKey"] == key
    assert file.read_text().strip() not in second.said()
    second.stop()
