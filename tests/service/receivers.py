"""Receivers of alerts for the tests: a webhook that answers as it is told, and a mail server."""

import json
import ssl
import subprocess

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from loopback_receiver import LoopbackReceiver
from program import free_port


class Webhook(LoopbackReceiver):
    """Keeps what is posted. `answer` is the status of the next answers, with `headers`; None:
    accept and never answer."""

    def __init__(self):
        self.answer, self.headers = 200, {}
        self.posts, self.paths = [], []
        super().__init__()

    def receive(self, path, headers, body):
        self.paths.append(path)
        self.posts.append((headers.get("Content-Type"), json.loads(body)))
        if self.answer is None:
            self.closed.wait(60)
            return None
        return self.answer, self.headers, b""

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/hook/planted-webhook-secret"

    def alerts(self):
        """(status, alertname) of all alerts of all posts, in Alertmanager's form."""
        return [(alert["status"], alert["labels"]["alertname"])
                for _, post in self.posts for alert in post["alerts"]]


class Mailbox:
    """A mail server on a free loopback port: aiosmtpd, with STARTTLS and AUTH where asked for."""

    USER, PASSWORD = "alerts", "planted smtp/secret"

    def __init__(self, certificate=None, auth=False, status="250 taken"):
        self.mails, self.sessions, self.status = [], [], status
        context = None
        if certificate:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(*certificate)

        def check(_server, _session, _envelope, _mechanism, data):
            right = isinstance(data, LoginPassword) and (
                (data.login, data.password) == (self.USER.encode(), self.PASSWORD.encode()))
            return AuthResult(success=right, handled=False)

        self.controller = Controller(
            self, hostname="127.0.0.1", port=free_port(), tls_context=context,
            require_starttls=certificate is not None, auth_required=auth,
            authenticator=check if auth else None, auth_require_tls=certificate is not None)

    async def handle_DATA(self, _server, session, envelope):
        self.sessions.append({"tls": session.ssl is not None, "auth": session.authenticated})
        self.mails.append(envelope)
        return self.status

    def start(self):
        self.controller.start()
        return self

    @property
    def port(self):
        return self.controller.port

    def stop(self):
        self.controller.stop()


def make_certificate(folder):
    """(certificate, key) of localhost and 127.0.0.1, signed by itself."""
    certificate, key = folder / "mail.pem", folder / "mail.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
        check=True, capture_output=True)
    return str(certificate), str(key)
