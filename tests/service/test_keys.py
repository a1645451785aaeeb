"""Tokens of an identity provider: keys in a file and at an address."""

import http.server
import json
import threading
import time

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

ISSUER, AUDIENCE = "https://id.example.com", "scheduling"


class Provider:
    """Signs tokens and publishes its keys."""

    def __init__(self):
        self.keys = {"rsa": ("RS256", rsa.generate_private_key(public_exponent=65537, key_size=2048)),
                     "ec": ("ES256", ec.generate_private_key(ec.SECP256R1()))}
        self.asked = 0

    def key_set(self):
        keys = []
        for name, (algorithm, key) in self.keys.items():
            shaped = jwt.algorithms.get_default_algorithms()[algorithm].to_jwk(key.public_key())
            shaped = shaped if isinstance(shaped, dict) else json.loads(shaped)
            keys.append({**shaped, "kid": name, "alg": algorithm, "use": "sig"})
        return json.dumps({"keys": keys})

    def token(self, name, **claims):
        algorithm, key = self.keys[name]
        now = int(time.time())
        content = {"sub": "ann", "iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + 600, **claims}
        return jwt.encode(content, key, algorithm, headers={"kid": name})


@pytest.fixture(scope="module")
def provider():
    return Provider()


@pytest.fixture(scope="module")
def key_server(provider):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            provider.asked += 1
            body = provider.key_set().encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/keys"
    server.shutdown()
    thread.join()
    server.server_close()


def status(program, token):
    answer = httpx.get(f"{program.base_url}/calendars", trust_env=False,
                       headers={"Authorization": f"Bearer {token}"})
    return answer.status_code


def test_keys_of_a_file_open_the_service(start_program, provider, tmp_path):
    file = tmp_path / "jwks.json"
    file.write_text(provider.key_set())
    program = start_program(JWKS_FILE=str(file), JWT_ISSUER=ISSUER, JWT_AUDIENCE=AUDIENCE)
    assert status(program, provider.token("rsa")) == 200
    assert status(program, provider.token("ec")) == 200
    assert status(program, provider.token("ec", aud="another")) == 401
    assert status(program, provider.token("rsa", iss="https://evil.example.com")) == 401
    assert status(program, Provider().token("rsa")) == 401


def test_keys_at_an_address_are_asked_for_when_a_token_needs_them(start_program, provider, key_server):
    program = start_program(JWKS_URL=key_server, JWT_ISSUER=ISSUER, JWT_AUDIENCE=AUDIENCE)
    assert provider.asked == 0
    assert status(program, provider.token("rsa")) == 200
    assert status(program, provider.token("ec")) == 200
    assert provider.asked == 1
    assert program.stop() == 0


def test_absent_provider_is_no_reason_not_to_start(start_program, provider, make_token):
    program = start_program(JWKS_URL="http://127.0.0.1:1/keys", JWT_ISSUER=ISSUER, JWT_AUDIENCE=AUDIENCE)
    assert status(program, provider.token("rsa")) == 503
    assert status(program, make_token("ann")) == 200


def test_key_file_that_is_none_stops_the_start(start_program, tmp_path):
    file = tmp_path / "jwks.json"
    file.write_text("{}")
    with pytest.raises(RuntimeError, match="JWKS_FILE: "):
        start_program(JWKS_FILE=str(file), JWT_ISSUER=ISSUER, JWT_AUDIENCE=AUDIENCE)
