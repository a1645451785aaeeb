"""wrk, the load generator: a load is a command whose result is one line of report.lua."""

import dataclasses
import os
import pathlib
import subprocess

FOLDER = pathlib.Path(__file__).resolve().parent
TICKS = os.sysconf("SC_CLK_TCK")


@dataclasses.dataclass
class Load:
    """What one load measured."""

    requests: int
    seconds: float
    failed: int  # answers that were no success, and connections that broke
    p50: float  # milliseconds
    p99: float
    cpu: float  # microseconds of the server's processor time a request

    @property
    def rate(self):
        return self.requests / self.seconds


def processor_seconds(pid):
    """Processor time that a process has used, with its ended children."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(int(fields[i]) for i in range(11, 15)) / TICKS


def run(url, *, pid, script="report.lua", arguments=(), connections=64, threads=2, seconds=10):
    """One load against `url`, whose server is `pid`; RuntimeError when wrk does not end well."""
    command = ["wrk", "-t", str(min(threads, connections)), "-c", str(connections), "-d", f"{seconds}s",
               "--timeout", "10s", "-s", str(FOLDER / script), url, "--", *map(str, arguments)]
    before = processor_seconds(pid)
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds + 60)
    used = processor_seconds(pid) - before
    result = [line.split() for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    if done.returncode != 0 or not result or int(result[0][1]) == 0:
        raise RuntimeError(f"wrk at {url} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    requests, micros, bad, broken, p50, p99 = map(int, result[0][1:])
    return Load(requests, micros / 1e6, bad + broken, p50 / 1e3, p99 / 1e3, used * 1e6 / requests)


def best(loads):
    """The load with the highest rate: what disturbs a machine only ever takes away."""
    return max(loads, key=lambda load: load.rate)
