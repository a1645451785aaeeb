"""Profiles of the running program, read by gperftools' own pprof."""

import concurrent.futures
import http.client
import os
import pathlib
import re
import shutil
import subprocess
import time
import urllib.parse

import pytest

TOKEN = "a token of the profiles of the tests"


@pytest.fixture(scope="module")
def profiled(start_program, callers_module):
    program = start_program(PROFILING_ENABLED="true")
    if callers_module(program).operations().get("/debug/pprof/heap").status_code == 503:
        pytest.skip("this build has no profiler")
    return program


@pytest.fixture(scope="module")
def callers_module(make_token):
    """As callers_of, for the whole file."""
    from conftest import Callers
    made = []

    def make(program):
        made.append(Callers(program, make_token))
        return made[-1]

    yield make
    for callers in made:
        callers.close()


def pprof(folder, *arguments):
    if shutil.which("google-pprof") is None or shutil.which("curl") is None:
        pytest.skip("no google-pprof is installed")
    return subprocess.run(["google-pprof", *arguments], capture_output=True, text=True, timeout=180,
                          env={**os.environ, "PPROF_TMPDIR": str(folder)})


def keep_busy(callers, seconds):
    """Requests that cost processor time, until the time is over."""
    client, end, count = callers.user("ann"), time.monotonic() + seconds, 0
    while time.monotonic() < end:
        assert client.get("/calendars").status_code == 200
        count += 1
    return count


def test_pprof_reads_a_processor_profile_with_names(profiled, callers_module, binary, tmp_path):
    callers = callers_module(profiled)
    with concurrent.futures.ThreadPoolExecutor() as pool:
        busy = pool.submit(keep_busy, callers, 4)
        done = pprof(tmp_path, "--text", "--seconds=2", str(binary),
                     f"{profiled.ops_url}/debug/pprof/profile")
        assert busy.result() > 10  # the service answered meanwhile
    assert done.returncode == 0, done.stderr
    assert re.search(r"^Total: [1-9]\d* samples", done.stdout, re.MULTILINE), done.stdout + done.stderr
    assert "sw::" in done.stdout, done.stdout


@pytest.fixture
def open_connections():
    """open_connections(program, count): so many callers who were answered and stay; until the test ends."""
    held = []

    def hold(program, count):
        address = urllib.parse.urlsplit(program.base_url)
        for _ in range(count):
            held.append(http.client.HTTPConnection(address.hostname, address.port, timeout=30))
            held[-1].request("GET", "/health")
            assert held[-1].getresponse().read()

    yield hold
    for connection in held:
        connection.close()


def test_pprof_reads_the_heap_and_its_growth(profiled, callers_module, binary, tmp_path, open_connections):
    keep_busy(callers_module(profiled), 1)
    # One allocation in 512 KiB is sampled: what is held has to be many times that.
    open_connections(profiled, 500)
    for name in ("heap", "growth"):
        done = pprof(tmp_path, "--text", str(binary), f"{profiled.ops_url}/debug/pprof/{name}")
        assert done.returncode == 0, done.stderr
        assert re.search(r"^Total: \d+\.\d+ MB", done.stdout, re.MULTILINE), (name, done.stdout, done.stderr)
        text = callers_module(profiled).operations().get(f"/debug/pprof/{name}").text
        assert text.startswith("heap profile:"), text[:200]
        assert "MAPPED_LIBRARIES:" in text


def test_symbols_and_path_are_told(profiled, callers_module, binary):
    client = callers_module(profiled).operations()
    assert client.get("/debug/pprof/symbol").text == "num_symbols: 1\n"
    assert client.get("/debug/pprof/cmdline").text == f"{binary}\n"
    maps = [line.split() for line in pathlib.Path(f"/proc/{profiled.pid}/maps").read_text().splitlines()]
    [libc] = {line[0].split("-")[0] for line in maps if len(line) > 5 and line[2] == "00000000" and
              re.search(r"/libc\.so", line[5])}
    library = next(line[5] for line in maps if len(line) > 5 and "/libc.so" in line[5])
    names = subprocess.run(["nm", "-D", "--defined-only", library], capture_output=True, text=True, check=True).stdout
    offset = int(re.search(r"^([0-9a-f]+) T qsort@", names, re.MULTILINE).group(1), 16)
    address = hex(int(libc, 16) + offset + 1)
    answer = client.post("/debug/pprof/symbol", content=f"{address}+0x1+nonsense")
    assert answer.text.splitlines()[0] == f"{address}\tqsort"
    assert answer.text.splitlines()[1] == "0x1\t"


def test_one_profile_at_a_time_and_the_metrics_answer_meanwhile(profiled, callers_module):
    client = callers_module(profiled).operations()
    with concurrent.futures.ThreadPoolExecutor() as pool:
        first = pool.submit(callers_module(profiled).operations().get, "/debug/pprof/profile?seconds=3")
        refused = 0
        while not first.done():
            assert client.get("/metrics").status_code == 200
            refused += client.get("/debug/pprof/heap").status_code == 409
        assert first.result().status_code == 200
    assert refused > 0


@pytest.mark.parametrize("seconds", ["0", "-1", "601", "x", ""])
def test_wrong_length_is_refused(profiled, callers_module, seconds):
    answer = callers_module(profiled).operations().get(f"/debug/pprof/profile?seconds={seconds}")
    assert answer.status_code == 422 or answer.status_code == 400
    assert "seconds" in answer.text


def test_profiles_need_the_token_also_on_this_machine_where_there_is_one(start_program, callers_of):
    program = start_program(PROFILING_ENABLED="true", OPS_TOKEN=TOKEN)
    client = callers_of(program).operations()
    for path in ("profile?seconds=1", "heap", "growth", "cmdline", "symbol"):
        assert client.get(f"/debug/pprof/{path}").status_code == 401, path
    answer = client.get("/debug/pprof/cmdline", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert client.get("/debug/config").status_code == 200  # the other tools are for this machine
    program.stop()


def test_stop_does_not_wait_for_a_profile(start_program, callers_of):
    program = start_program(PROFILING_ENABLED="true")
    client = callers_of(program).operations()
    if client.get("/debug/pprof/heap").status_code == 503:
        pytest.skip("this build has no profiler")
    with concurrent.futures.ThreadPoolExecutor() as pool:
        long = pool.submit(client.get, "/debug/pprof/profile?seconds=300")
        other = callers_of(program).operations()
        while other.get("/debug/pprof/heap").status_code != 409:
            assert not long.done()
        begin = time.monotonic()
        assert program.stop() == 0
        assert time.monotonic() - begin < 30
        assert long.exception() is not None or long.result().status_code == 503
