"""Start, health, metrics and stop of the real program."""

import re
import signal
import socket


def test_health_answers_each_question_on_both_ports(callers):
    for client in (callers.stranger(), callers.operations()):
        for path in ("/health", "/health/live", "/health/ready"):
            answer = client.get(path)
            assert answer.status_code == 200, path
            assert answer.headers["content-type"].startswith("application/json"), path
            assert isinstance(answer.json(), dict), path


def test_metrics_count_a_request_under_its_route(callers):
    counted = re.compile(
        r'^scheduling_api_requests_total\{(?=[^}]*method="GET")(?=[^}]*endpoint="/health")'
        r'(?=[^}]*status="200")[^}]*\} (\d+)', re.MULTILINE)

    def count():
        found = counted.search(callers.operations().get("/metrics").text)
        return int(found.group(1)) if found else 0

    before = count()
    assert callers.stranger().get("/health").status_code == 200
    assert count() == before + 1


def test_sigterm_finishes_the_running_request_and_ends_with_0(start_program, make_token):
    program = start_program()
    body = b'{"name": "Half of it before the signal"}'
    head = (f"POST /calendars HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {make_token('ann')}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n")
    with socket.create_connection(("127.0.0.1", program.port), timeout=30) as connection:
        connection.sendall(head.encode())
        # The interim answer proves that the program has begun with the request.
        assert connection.recv(1024).startswith(b"HTTP/1.1 100")
        program.signal(signal.SIGTERM)
        connection.sendall(body)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    assert answer.startswith(b"HTTP/1.1 201"), answer[:200]
    assert program.wait() == 0


def test_first_start_prints_a_sign_in_link(start_program):
    program = start_program()
    assert program.sign_in_link(), program.said()


def test_data_is_there_after_a_restart(start_program, callers_of):
    first = start_program()
    made = callers_of(first).user("ann").post("/calendars", json={"name": "Garden"})
    assert made.status_code == 201, made.text
    assert first.stop() == 0
    second = start_program(folder=first.folder)
    answer = callers_of(second).user("ann").get(f"/calendars/{made.json()['id']}")
    assert answer.status_code == 200
    assert answer.json()["name"] == "Garden"


def test_taken_port_stops_the_start_with_a_line_that_names_it(start_program):
    with socket.socket() as owner:
        owner.bind(("127.0.0.1", 0))
        owner.listen()
        port = owner.getsockname()[1]
        try:
            start_program(PORT=str(port))
        except RuntimeError as problem:
            assert str(port) in str(problem)
        else:
            raise AssertionError("it started on a port that was taken")
