"""What open streams cost: memory of many of them, and the time of a write beside them.

usage: stream_bench.py [--streams N] [--writes N] [--rounds N]

Prints rows `name value unit`. Memory is the resident size of the program with N streams open less
the one before, by stream. Writes are one connection's, each waiting for the one before: of somebody
whom no stream follows while there are none (`alone`), while N are open (`stranger`), and of
somebody whose log a stream follows (`followed`). The three take turns, so that each round compares
like with like; the median of the rounds counts.
"""

import argparse
import pathlib
import re
import socket
import statistics
import sys
import time
import urllib.request

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER / "service"))

import place  # noqa: E402
import world  # noqa: E402

OF_ONE = 16  # as many streams as one may have
PATIENCE = 30  # seconds


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--streams", type=int, default=1000)
    parser.add_argument("--writes", type=int, default=200, help="of one turn")
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


def resident(program):
    """KiB of memory that the program holds."""
    for line in pathlib.Path(f"/proc/{program.process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise RuntimeError("the program has no VmRSS")


def open_stream(program, token):
    """A connection that has had the head of its stream."""
    connection = socket.create_connection(("127.0.0.1", program.port), timeout=PATIENCE)
    connection.sendall(f"GET /stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
    head = b""
    while b"id: " not in head:
        piece = connection.recv(4096)
        if not piece:
            raise RuntimeError(f"no stream: {head!r}")
        head += piece
        if b"\r\n" in head and not head.startswith(b"HTTP/1.1 200 "):
            connection.close()
            raise RuntimeError(f"no stream: {head!r}")
    return connection


def write_times(caller, count):
    """Seconds of each of so many events written one after the other."""
    times = []
    for number in range(count):
        body = {"summary": f"Event {number}", "start": {"dateTime": "2026-03-02T12:00:00Z"},
                "end": {"dateTime": "2026-03-02T13:00:00Z"}}
        begun = time.perf_counter()
        caller.call("POST", "/events", body)
        times.append(time.perf_counter() - begun)
    return times


def main():
    given = arguments()
    with place.place() as (_, binary, folder):
        program = world.start(binary, folder)
        try:
            measure(program, given)
        finally:
            program.stop()


def measure(program, given):
    alone = world.Caller(program, "alone")
    stranger = world.Caller(program, "stranger")
    followed = world.Caller(program, "user-0")
    for caller in (alone, stranger, followed):
        write_times(caller, 50)  # made, and warm
    tokens = [world.token(f"user-{number}") for number in range(-(-given.streams // OF_ONE))]
    for token in tokens:  # the people are made before memory is looked at
        open_stream(program, token).close()
    time.sleep(1)
    rounds = []
    memory = []
    for _ in range(given.rounds):
        before = resident(program)
        quiet = write_times(alone, given.writes)
        streams = [open_stream(program, tokens[number // OF_ONE]) for number in range(given.streams)]
        memory.append(resident(program) - before)
        rounds.append((quiet, write_times(stranger, given.writes), write_times(followed, given.writes)))
        for stream in streams:
            stream.close()
        wait_for_none_open(program)
    print(f"streams_open {given.streams} streams")
    # Later rounds use the first one's memory again.
    print(f"stream_memory {max(memory) / given.streams:.1f} KiB")
    for name, column in (("alone", 0), ("stranger", 1), ("followed", 2)):
        times = [sorted(one[column]) for one in rounds]
        middle = statistics.median(statistics.median(one) for one in times)
        tail = statistics.median(one[int(len(one) * 0.99)] for one in times)
        print(f"write_{name}_p50 {middle * 1e6:.0f} us")
        print(f"write_{name}_p99 {tail * 1e6:.0f} us")


def wait_for_none_open(program):
    """Ends when the program has seen that its streams are gone."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with urllib.request.urlopen(f"{program.ops_url}/metrics", timeout=PATIENCE) as answer:
            text = answer.read().decode()
        if re.search(r'^scheduling_api_streams_open\{endpoint="/stream"\} 0$', text, re.M):
            return
        time.sleep(0.1)
    raise RuntimeError("streams stay open")


if __name__ == "__main__":
    main()
