"""scheduling-worker debug-bundle: what is in it, and that no secret is."""

import json
import os
import subprocess
import tarfile

import pytest

SECRETS = {"JWT_SECRET": "planted-jwt-secret-0123456789-0123456789",
           "TOKEN_ENCRYPTION_KEY": "planted-encryption-key-0123456789-0123",
           "OPS_TOKEN": "planted-ops-token-0123456789",
           "SETUP_CODE": "planted-setup-code-0123456789",
           "SENTRY_DSN": "http://plantedsentrykey@127.0.0.1:1/1",
           "ALERT_WEBHOOK_URL": "http://127.0.0.1:1/planted-webhook-path",
           "SMTP_URL": "smtp://user:plantedsmtppassword@127.0.0.1:1",
           "OTEL_EXPORTER_OTLP_HEADERS": "api-key=planted-otlp-key",
           "GOOGLE_CLIENT_SECRET": "planted-google-secret", "GOOGLE_CLIENT_ID": "client.example",
           "GOOGLE_REDIRECT_URI": "http://127.0.0.1/auth/google/callback",
           "GOOGLE_API_URL": "http://127.0.0.1:1/calendar"}


def planted():
    """Every secret text, as it must not be seen."""
    return [word for word in ("planted-jwt-secret", "planted-encryption-key", "planted-ops-token",
                              "planted-setup-code", "plantedsentrykey", "planted-webhook-path",
                              "plantedsmtppassword", "planted-otlp-key", "planted-google-secret")]


def bundle_of(program, binary, *arguments, **more):
    """{name: bytes} of a bundle of a copy, made with its configuration."""
    target = program.folder / "bundle.tar.gz"
    done = subprocess.run([str(binary), "debug-bundle", "--out", str(target), *arguments],
                          env={**program.settings(), **more}, capture_output=True, timeout=180,
                          cwd=program.folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode() == f"{target}\n"
    with tarfile.open(target) as archive:
        members = archive.getmembers()
        [folder] = {member.name.split("/")[0] for member in members}
        assert folder.startswith("scheduling-worker-debug-")
        assert all(member.isfile() and "/" in member.name and ".." not in member.name for member in members)
        return {member.name.split("/")[1]: archive.extractfile(member).read() for member in members}


def test_bundle_of_a_running_service_holds_what_helps_and_no_secret(start_program, callers_of, binary, tmp_path):
    log = tmp_path / "service.log"
    program = start_program(LOG_FILE=str(log), LOG_LEVEL="debug", **SECRETS)
    ann = callers_of(program).user("ann")
    # Where text enters, a secret enters with it.
    for secret in ("planted-ops-token-0123456789", "planted-google-secret"):
        ann.get("/calendars", headers={"X-Request-ID": "r1", "User-Agent": secret})
        ann.get(f"/calendars/{secret}")
        callers_of(program).operations().get(f"/debug/{secret}")
    with open(log, "a") as file:
        file.write("Authorization: Bearer planted-ops-token-0123456789 planted-jwt-secret-0123456789-0123456789\n")
    files = bundle_of(program, binary)
    program.stop()
    for name in ("index.txt", "version.json", "config.json", "limits.txt", "doctor.txt", "doctor.json", "metrics.txt",
                 "health.json", "health-ready.json", "health-live.json", "log-level.json", "running-config.json",
                 "log.txt"):
        assert files.get(name), (name, sorted(files))
    assert b"scheduling_build_info" in files["metrics.txt"]
    assert json.loads(files["health.json"])["status"] == "ok"
    assert json.loads(files["config.json"])["LOG_LEVEL"]["value"] == "debug"
    assert json.loads(files["doctor.json"])["checks"]
    assert json.loads(files["version.json"])["kernel"]
    assert b"Service started" in files["log.txt"]
    assert "heap.txt" not in files
    assert b"heap.txt: the service answered 404" in files["index.txt"]
    for name, contents in files.items():
        for secret in planted():
            assert secret.encode() not in contents, (name, secret)


def test_bundle_without_a_service_says_so(start_program, binary):
    program = start_program()
    program.stop()
    files = bundle_of(program, binary)
    assert "metrics.txt" not in files
    assert b"metrics.txt: " in files["index.txt"]
    assert files["doctor.txt"]


def test_bundle_has_profiles_where_they_are_on(start_program, callers_of, binary):
    program = start_program(PROFILING_ENABLED="true")
    if callers_of(program).operations().get("/debug/pprof/heap").status_code == 503:
        pytest.skip("this build has no profiler")
    files = bundle_of(program, binary)
    program.stop()
    assert files["heap.txt"].startswith(b"heap profile:")
    assert files["growth.txt"].startswith(b"heap profile:")
    assert len(files["profile.prof"]) > 100


def test_bundle_can_go_to_standard_output(start_program, binary):
    program = start_program()
    program.stop()
    done = subprocess.run([str(binary), "debug-bundle", "--out", "-"], env=program.settings(),
                          capture_output=True, timeout=180, cwd=program.folder)
    assert done.returncode == 0
    assert done.stdout[:2] == b"\x1f\x8b"


def test_place_that_cannot_be_written_is_named(start_program, binary):
    program = start_program()
    program.stop()
    done = subprocess.run([str(binary), "debug-bundle", "--out", "/nonexistent/x.tar.gz"], env=program.settings(),
                          capture_output=True, text=True, timeout=180)
    assert done.returncode == 1
    assert "/nonexistent/x.tar.gz" in done.stderr
    assert os.listdir(program.folder)
