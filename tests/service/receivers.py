"""Receivers of alerts for the tests: a webhook that answers as it is told, and a mail server."""

import http.server
import json
import ssl
import subprocess
import threading

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from program import free_port


class Webhook:
    """Listens on a free loopback port and keeps what is posted. `answer` is the status of the
    next answers, with `headers`; None: accept and never answer."""

    def __init__(self):
        self.answer, self.headers = 200, {}
        self.posts, self.paths = [], []
        self.released = threading.Event()
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                owner.paths.append(self.path)
                owner.posts.append((self.headers.get("Content-Type"), json.loads(body)))
                if owner.answer is None:
                    owner.released.wait(60)
                    return
                self.send_response(owner.answer)
                for name, value in owner.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}/hook/planted-webhook-secret"

    def alerts(self):
        """(status, alertname) of all alerts of all posts, in Alertmanager's form."""
        return [(alert["status"], alert["labels"]["alertname"])
                for _, post in self.posts for alert in post["alerts"]]

    def stop(self):
        self.released.set()
        self.server.shutdown()
        self.server.server_close()


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
