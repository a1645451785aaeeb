"""Requests that mean harm, or are merely wrong: the right status, and a service that goes on."""

import pathlib
import socket
import uuid

import pytest


@pytest.fixture
def client(callers):
    return callers.user(f"hostile-{uuid.uuid4()}")


def raw(program, request):
    """The answer to these bytes, sent as they are; empty when the connection is just closed."""
    with socket.create_connection(("127.0.0.1", program.port), timeout=30) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    return answer


def resident_bytes(program):
    for line in pathlib.Path(f"/proc/{program.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("no VmRSS")


JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"nonsense", 400),
        (b'{"name":"\xff\xfe"}', 400),
        (b'{"name":"a"}{"name":"b"}', 400),
        (b"[" * 100_000, 400),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, 400),
        (b"[]", 422),
        (b'"text"', 422),
        (b'{"name":["a"]}', 422),
        (b'{"name":"' + b"x" * 5000 + b'"}', 422),
        (b'{"name":"' + b"x" * (1 << 20) + b'"}', 413),
    ],
    ids=lambda value: repr(value[:20]) if isinstance(value, bytes) else str(value),
)
def test_a_wrong_body_gets_its_status(client, body, status):
    answer = client.post("/calendars", content=body, headers=JSON)
    assert answer.status_code == status, answer.text
    assert answer.json()["error"]["requestId"]


def test_another_media_type_is_refused(client):
    answer = client.post("/calendars", content=b"name=x", headers={"Content-Type": "text/plain"})
    assert answer.status_code == 415
    answer = client.post("/calendars", content=b"{}", headers={**JSON, "Content-Encoding": "gzip"})
    assert answer.status_code == 415


def test_a_path_that_is_not_there_and_a_method_that_is_not(client):
    assert client.get("/nothing").status_code == 404
    answer = client.put("/calendars", json={})
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]


def test_a_query_names_all_its_problems(client):
    answer = client.get("/events", params={"start": "then", "maxResults": "many", "colour": "red"})
    assert answer.status_code == 422
    fields = {detail["field"] for detail in answer.json()["error"]["details"]}
    assert fields == {"start", "maxResults", "colour"}


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET /health HTTP/1.1\r\n\r\n", b"400"),
        (b"GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"400"),
        (b"GET /he\x01alth HTTP/1.1\r\nHost: a\r\n\r\n", b"400"),
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", b"414"),
        (b"GET /health HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 70_000 + b"\r\n\r\n", b"431"),
        (b"GET /health HTTP/1.1\r\nHost: a\r\n" + b"X: 1\r\n" * 5000 + b"\r\n", b"431"),
        (b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         b"400"),
        (b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", b"400"),
    ],
    ids=["no host", "two hosts", "control", "long target", "long header", "many headers", "both lengths",
         "two lengths"],
)
def test_what_is_no_http_is_refused_and_closed(program, request_bytes, status):
    answer = raw(program, request_bytes)
    assert answer.split(b" ", 2)[1] == status, answer[:200]


def test_a_body_beyond_the_limit_costs_no_memory(program, client, sanitized):
    if sanitized:
        pytest.skip("a sanitizer keeps what is freed: the memory in use says nothing")
    calendar = client.get("/calendars").json()["items"][0]["id"]
    path = f"/calendars/{calendar}/import"
    kind = {"Content-Type": "text/calendar"}
    before = resident_bytes(program)
    for _ in range(3):
        assert client.post(path, content=b"x" * (33 << 20), headers=kind).status_code == 413
    assert resident_bytes(program) - before < 16 << 20
    # Within the limit, but nothing of a calendar in it.
    for _ in range(3):
        assert client.post(path, content=b"x" * (31 << 20), headers=kind).status_code == 400
    assert resident_bytes(program) - before < 160 << 20


def test_bad_things_in_an_import_do_not_touch_the_rest(client):
    calendar = client.get("/calendars").json()["items"][0]["id"]
    file = "\r\n".join([
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN",
        "BEGIN:VEVENT", "UID:good", "SUMMARY:Good", "DTSTART:20260302T090000Z", "DTEND:20260302T100000Z", "END:VEVENT",
        "BEGIN:VEVENT", "UID:bad", "SUMMARY:No start", "END:VEVENT",
        "BEGIN:VEVENT", "UID:endless", "DTSTART:20260302T090000Z",
        "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "END:VEVENT",
        "END:VCALENDAR", ""])
    path = f"/calendars/{calendar}/import"
    answer = client.post(path, content=file.encode(), headers={"Content-Type": "text/calendar"})
    assert answer.status_code == 200, answer.text
    report = answer.json()
    assert report["imported"] >= 1
    assert report["failed"] >= 1
    assert any(item["uid"] == "bad" and item["issues"] for item in report["items"])
    window = {"start": "2026-03-01T00:00:00Z", "end": "2026-03-31T00:00:00Z"}
    titles = [item.get("summary") for item in client.get("/events", params=window).json()["items"]]
    assert "Good" in titles


def test_the_service_is_well_after_all_that(client):
    assert client.get("/health/ready").status_code == 200
    assert client.get("/health/live").json()["status"] == "ok"
