"""From the start of the program to its first answer on a database that exists, and its memory."""

import pathlib
import re
import socket
import statistics
import subprocess
import time

from program import free_port

ROUNDS = 7
LIMIT = 30  # seconds
REQUEST = b"GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def mebibytes(pid, name):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"^{name}:\s+(\d+) kB", status, re.MULTILINE).group(1)) / 1024


def peak_mebibytes(pid):
    """The most memory that a process has had resident."""
    return mebibytes(pid, "VmHWM")


def _answers(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(REQUEST)
            return connection.recv(64).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def _first_answer(program):
    """Starts the program; its process and the milliseconds until it answered that it is ready."""
    program.port, program.ops_port = free_port(), free_port()
    with open(program.log, "ab") as log:
        began = time.monotonic()
        process = subprocess.Popen([program.binary, "serve"], env=program.settings(), cwd=program.folder,
                                   stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        while not _answers(program.port):
            if process.poll() is not None or time.monotonic() - began > LIMIT:
                raise RuntimeError(f"it does not answer:\n{program.said()[-2000:]}")
            time.sleep(0.0002)
        return process, (time.monotonic() - began) * 1000


def measure(program, row):
    """Starts the stopped program again and again."""
    times, idle = [], []
    for _ in range(ROUNDS):
        process, took = _first_answer(program)
        try:
            times.append(took)
            time.sleep(1)  # what it does once after its start belongs to its idle memory
            idle.append(mebibytes(process.pid, "VmRSS"))
        finally:
            process.terminate()
            process.wait(timeout=LIMIT)
    row("start_to_first_answer", statistics.median(times), "ms")
    row("memory/idle", statistics.median(idle), "MiB")
