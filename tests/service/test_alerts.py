"""Alerts of the real program: who is told, how often, and what a bad receiver does."""

import email
import email.policy
import os
import re
import subprocess
import urllib.request

import pytest

pytest.importorskip("aiosmtpd", reason="python3-aiosmtpd is not installed")

from program import free_port, wait_until  # noqa: E402
from receivers import Mailbox, Webhook, make_certificate  # noqa: E402

RESTARTED = ("firing", "SchedulingWorkerRestarted")


@pytest.fixture
def webhook():
    receiver = Webhook()
    yield receiver
    receiver.close()


@pytest.fixture
def mailbox():
    """mailbox(certificate=..., auth=...) starts a mail server."""
    started = []

    def start(**options):
        started.append(Mailbox(**options).start())
        return started[-1]

    yield start
    for one in started:
        one.stop()


def drill(binary, folder, *arguments, **environment):
    kept = {name: os.environ[name] for name in os.environ
            if name in ("PATH", "TZDIR") or name.endswith("SAN_OPTIONS")}
    return subprocess.run([str(binary), "alert-drill", *arguments], text=True, timeout=60,
                          env={**kept, "DATA_DIR": str(folder / "data"), **environment},
                          capture_output=True, cwd=folder)


def telemetry(client):
    """emitted, exported, dropped of alerts."""
    text = client.get("/metrics").text

    def total(kind):
        return sum(int(float(value)) for value in re.findall(
            rf'^scheduling_telemetry_{kind}_total\{{signal="alerts"[^}}]*\}} (\S+)', text, re.MULTILINE))

    return total("emitted"), total("exported"), total("dropped")


def restarted(start_program, **environment):
    """A copy that is not the first on its data, so that it has an alert to tell."""
    first = start_program(INSTANCE_ID="copy-1")
    # The first start is remembered by the first look of the alerts.
    wait_until(lambda: "evaluatedAt" in first_alerts(first), 30, "a first look at the alerts")
    assert first.stop() == 0
    return start_program(folder=first.folder, INSTANCE_ID="copy-1", **environment)


def first_alerts(program):
    with urllib.request.urlopen(f"{program.ops_url}/debug/alerts", timeout=5) as answer:
        return answer.read().decode()


def test_restart_is_told_once_and_shown(start_program, callers_of, webhook):
    program = restarted(start_program, ALERT_WEBHOOK_URL=webhook.url)
    operations = callers_of(program).operations()
    wait_until(lambda: webhook.posts, 30, "an alert")
    wait_until(lambda: telemetry(operations) == (1, 1, 0), 10, "it is counted")
    assert webhook.alerts() == [RESTARTED]
    kind, post = webhook.posts[0]
    assert kind.startswith("application/json")
    assert post["version"] == "4"
    assert post["alerts"][0]["labels"]["instance"] == "copy-1"
    assert post["alerts"][0]["annotations"]["summary"] == "Scheduling Worker restarted"
    shown = operations.get("/debug/alerts").json()
    assert [(alert["alert"], alert["state"]) for alert in shown["active"]] == [
        ("SchedulingWorkerRestarted", "firing")]
    assert shown["channels"][0]["status"] == "ok"
    assert program.stop() == 0
    # Within the same five minutes it is the same alert: nobody is told again.
    again = start_program(folder=program.folder, INSTANCE_ID="copy-1", ALERT_WEBHOOK_URL=webhook.url)
    wait_until(lambda: "SchedulingWorkerCrashLooping" in first_alerts(again), 30, "the third start")
    wait_until(lambda: len(webhook.posts) > 1, 30, "the crash loop is told")
    assert webhook.alerts()[1:] == [("firing", "SchedulingWorkerCrashLooping")]


@pytest.mark.parametrize("status", [500, 429])
def test_receiver_that_is_in_trouble_is_tried_again(start_program, callers_of, webhook, status):
    webhook.answer, webhook.headers = status, {"Retry-After": "1"}
    program = restarted(start_program, ALERT_WEBHOOK_URL=webhook.url)
    wait_until(lambda: len(webhook.posts) >= 2, 30, "a second attempt")
    webhook.answer = 200
    operations = callers_of(program).operations()
    wait_until(lambda: telemetry(operations) == (1, 1, 0), 60, "it is delivered")


def test_receiver_that_stalls_or_is_gone_hinders_nobody(start_program, callers_of, webhook):
    webhook.answer = None
    program = restarted(start_program, ALERT_WEBHOOK_URL=webhook.url, SHUTDOWN_DELAY="0s")
    wait_until(lambda: webhook.posts, 30, "an attempt that gets no answer")
    client = callers_of(program).user("ann")
    assert client.get("/calendars").status_code == 200
    assert callers_of(program).operations().get("/health/ready").status_code == 200
    assert program.stop() == 0
    assert "planted-webhook-secret" not in program.said()


def test_refusal_is_seen_in_health_metrics_and_one_log_line(start_program, callers_of, webhook):
    webhook.answer = 404
    program = restarted(start_program, ALERT_WEBHOOK_URL=webhook.url)
    operations = callers_of(program).operations()
    wait_until(lambda: telemetry(operations) == (1, 0, 1), 30, "it is dropped and counted")
    wait_until(lambda: "alertDelivery" in operations.get("/health/live").text and
               "404" in operations.get("/health/live").text, 30, "health shows it")
    assert operations.get("/health/live").status_code == 200
    assert program.said().count("Alerts cannot be delivered") == 1
    shown = operations.get("/debug/alerts")
    assert shown.json()["channels"][0]["status"] == "fail"
    for text in (program.said(), shown.text, operations.get("/metrics").text,
                 operations.get("/health/live").text):
        assert "planted-webhook-secret" not in text


def test_drill_says_what_became_of_each_channel(binary, tmp_path, webhook, mailbox):
    box = mailbox()
    done = drill(binary, tmp_path, ALERT_WEBHOOK_URL=webhook.url, ALERT_EMAIL_TO="ops@example.org",
                 ALERT_EMAIL_FROM="worker@example.org", SMTP_URL=f"smtp://127.0.0.1:{box.port}")
    assert done.returncode == 0, done.stderr
    assert re.search(r"^webhook: delivered to 127\.0\.0\.1:\d+ in \d+ ms$", done.stdout, re.MULTILINE)
    assert re.search(r"^email: delivered to 127\.0\.0\.1:\d+ in \d+ ms$", done.stdout, re.MULTILINE)
    assert webhook.alerts() == [("firing", "SchedulingWorkerAlertDrill")]
    mail = email.message_from_bytes(box.mails[0].content, policy=email.policy.default)
    assert mail["To"] == "ops@example.org"
    assert "worker@example.org" in mail["From"]
    assert mail["Subject"].startswith("[FIRING] This is a drill")
    assert re.fullmatch(r"<[0-9a-f-]{36}@example\.org>", mail["Message-ID"])
    assert "SchedulingWorkerAlertDrill" in mail.get_body(("plain",)).get_content()
    assert "<h3" in mail.get_body(("html",)).get_content()


def test_drill_of_one_channel_and_without_any(binary, tmp_path, webhook):
    done = drill(binary, tmp_path, "--channel", "webhook", ALERT_WEBHOOK_URL=webhook.url)
    assert done.returncode == 0, done.stderr
    done = drill(binary, tmp_path, "--channel", "email", ALERT_WEBHOOK_URL=webhook.url)
    assert done.returncode == 78 and "ALERT_EMAIL_TO" in done.stderr
    done = drill(binary, tmp_path)
    assert done.returncode == 78 and "ALERT_WEBHOOK_URL" in done.stderr


def test_drill_fails_where_a_receiver_does(binary, tmp_path, webhook):
    webhook.answer = 403
    done = drill(binary, tmp_path, ALERT_WEBHOOK_URL=webhook.url, ALERT_EMAIL_TO="ops@example.org",
                 SMTP_URL=f"smtp://user:planted-password@127.0.0.1:{free_port()}")
    assert done.returncode == 1
    assert "webhook: not delivered" in done.stderr and "403" in done.stderr
    assert "email: not delivered" in done.stderr
    assert "planted" not in done.stderr + done.stdout


def test_drill_in_slack_form(binary, tmp_path, webhook):
    done = drill(binary, tmp_path, ALERT_WEBHOOK_URL=webhook.url, ALERT_WEBHOOK_FORMAT="slack")
    assert done.returncode == 0, done.stderr
    text = webhook.posts[0][1]["text"]
    for part in ("SchedulingWorkerAlertDrill", "info", "This is a drill", "docs/runbooks/alert-drill.md"):
        assert part in text


def test_drill_is_known_to_the_running_service(start_program, callers_of, binary, webhook):
    program = start_program(ALERT_WEBHOOK_URL=webhook.url)
    operations = callers_of(program).operations()
    assert "scheduling_alert_drill_last_timestamp_seconds " not in operations.get("/metrics").text
    done = drill(binary, program.folder, ALERT_WEBHOOK_URL=webhook.url)
    assert done.returncode == 0, done.stderr
    wait_until(lambda: "scheduling_alert_drill_last_timestamp_seconds 1" in
               operations.get("/metrics").text, 90, "the metric of the last drill")
    assert operations.get("/debug/alerts").json()["lastDrill"]


def test_mail_by_starttls_with_credentials(binary, tmp_path, mailbox):
    certificate = make_certificate(tmp_path)
    box = mailbox(certificate=certificate, auth=True)
    settings = {"ALERT_EMAIL_TO": "ops@example.org", "SMTP_CA_FILE": certificate[0]}
    password = "planted%20smtp%2Fsecret"
    for scheme in ("smtp", "smtp+starttls"):
        done = drill(binary, tmp_path, SMTP_URL=f"{scheme}://alerts:{password}@localhost:{box.port}",
                     **settings)
        assert done.returncode == 0, done.stderr
    assert [session["tls"] and session["auth"] for session in box.sessions] == [True, True]
    done = drill(binary, tmp_path, SMTP_URL=f"smtp://alerts:wrong-secret@localhost:{box.port}", **settings)
    assert done.returncode == 1 and "credentials" in done.stderr
    assert "wrong-secret" not in done.stderr
    # A certificate that nobody vouches for is not taken, and nothing goes out in the clear.
    done = drill(binary, tmp_path, ALERT_EMAIL_TO="ops@example.org",
                 SMTP_URL=f"smtp://alerts:{password}@localhost:{box.port}")
    assert done.returncode == 1
    assert len(box.mails) == 2


def test_mail_without_tls_where_it_is_asked_for_is_refused(binary, tmp_path, mailbox):
    box = mailbox()
    done = drill(binary, tmp_path, ALERT_EMAIL_TO="ops@example.org",
                 SMTP_URL=f"smtp+starttls://127.0.0.1:{box.port}")
    assert done.returncode == 1
    assert "TLS" in done.stderr
    assert not box.mails


def test_mail_server_that_refuses_is_told(binary, tmp_path, mailbox):
    for status in ("451 later", "554 never"):
        box = mailbox(status=status)
        done = drill(binary, tmp_path, ALERT_EMAIL_TO="ops@example.org",
                     SMTP_URL=f"smtp://127.0.0.1:{box.port}")
        assert done.returncode == 1
        assert f"status {status[:3]}" in done.stderr


def test_mail_server_is_a_dependency_that_is_probed(start_program, callers_of, tmp_path, mailbox):
    certificate = make_certificate(tmp_path)
    box = mailbox(certificate=certificate, auth=True)
    right = start_program(SMTP_URL=f"smtp://alerts:planted%20smtp%2Fsecret@localhost:{box.port}",
                          SMTP_CA_FILE=certificate[0])
    gone = start_program(SMTP_URL=f"smtp://127.0.0.1:{free_port()}")
    for program, status in ((right, "ok"), (gone, "fail")):
        ready = callers_of(program).operations().get("/health/ready")
        assert ready.status_code == 200
        assert ready.json()["checks"]["smtp"]["status"] == status, ready.text
        assert "planted" not in ready.text
    assert 'scheduling_dependency_up{dependency="smtp"} 1' in (
        callers_of(right).operations().get("/metrics").text)
    assert not box.mails
