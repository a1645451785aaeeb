"""The standard metrics of the process, held against what the kernel says of it."""

import os
import pathlib
import re
import subprocess

import pytest

from program import wait_until

PAGE = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")


def samples(text):
    """Every sample without labels, by its name."""
    return {name: float(value) for name, value in re.findall(r"^(\w+) (\S+)$", text, re.MULTILINE)}


def kernel(pid):
    """What /proc tells of a process."""
    folder = pathlib.Path("/proc", str(pid))
    # What follows the name in parentheses; the first is field 3 of proc(5).
    stat = folder.joinpath("stat").read_text().rpartition(")")[2].split()
    status = dict(line.split(":", 1) for line in folder.joinpath("status").read_text().splitlines())
    return {"cpu": (int(stat[11]) + int(stat[12])) / TICKS, "threads": int(stat[17]),
            "start": int(stat[19]) / TICKS, "virtual": int(stat[20]), "resident": int(stat[21]) * PAGE,
            "data": int(status["VmData"].split()[0]) * 1024, "fds": len(list(folder.joinpath("fd").iterdir()))}


def boot_time():
    return int(re.search(r"^btime (\d+)$", pathlib.Path("/proc/stat").read_text(), re.MULTILINE).group(1))


def octets(pid, which):
    lines = [line.split() for line in pathlib.Path(f"/proc/{pid}/net/netstat").read_text().splitlines()
             if line.startswith("IpExt:")]
    return int(dict(zip(lines[0], lines[1]))[which])


def between(before, value, after, slack):
    return min(before, after) - slack <= value <= max(before, after) + slack


def test_process_metrics_say_what_the_kernel_says(program, callers):
    before = kernel(program.pid)
    received = octets(program.pid, "InOctets")
    shown = samples(callers.operations().get("/metrics").text)
    after = kernel(program.pid)
    assert between(before["cpu"], shown["process_cpu_seconds_total"], after["cpu"], 2 / TICKS)
    assert between(before["virtual"], shown["process_virtual_memory_bytes"], after["virtual"], 1 << 26)
    assert between(before["resident"], shown["process_resident_memory_bytes"], after["resident"], 1 << 23)
    assert between(before["data"], shown["process_heap_bytes"], after["data"], 1 << 26)
    assert between(before["threads"], shown["process_threads"], after["threads"], 2)
    assert between(before["fds"], shown["process_open_fds"], after["fds"], 3)
    assert abs(shown["process_start_time_seconds"] - (boot_time() + before["start"])) < 1
    assert received <= shown["process_network_receive_bytes_total"] <= octets(program.pid, "InOctets")
    assert shown["process_network_transmit_bytes_total"] > 0
    limits = pathlib.Path(f"/proc/{program.pid}/limits").read_text()
    soft = re.search(r"^Max open files\s+(\d+)", limits, re.MULTILINE).group(1)
    assert shown["process_max_fds"] == float(soft)


def test_start_time_never_changes(callers):
    first = samples(callers.operations().get("/metrics").text)["process_start_time_seconds"]
    for _ in range(3):
        assert samples(callers.operations().get("/metrics").text)["process_start_time_seconds"] == first


def test_limit_of_the_address_space_is_exported_when_it_is_set(
        start_program, callers_of, program, callers, sanitized):
    if sanitized:
        pytest.skip("a sanitizer's address space does not fit a limit")
    assert "process_virtual_memory_max_bytes" not in callers.operations().get("/metrics").text
    limit = 1 << 40
    subprocess.run(["prlimit", "--pid", str(program.pid), f"--as={limit}:"], check=True)
    shown = samples(callers.operations().get("/metrics").text)
    assert shown["process_virtual_memory_max_bytes"] == float(limit)
    subprocess.run(["prlimit", "--pid", str(program.pid), "--as=unlimited:"], check=True)
    assert "process_virtual_memory_max_bytes" not in callers.operations().get("/metrics").text


def test_allocator_gauges_add_up(callers, sanitized):
    if sanitized:
        pytest.skip("a sanitizer's allocator keeps no books")
    shown = samples(callers.operations().get("/metrics").text)
    allocated, heap = shown["scheduling_malloc_allocated_bytes"], shown["scheduling_malloc_heap_bytes"]
    assert 0 < allocated <= heap
    assert shown["scheduling_malloc_free_bytes"] <= heap
    assert shown["scheduling_malloc_unmapped_bytes"] >= 0
    assert heap < shown["process_virtual_memory_bytes"]


def test_build_loops_and_dependencies_are_told(program, callers):
    text = callers.operations().get("/metrics").text
    version = callers.operations().get("/health").json()["version"]
    assert re.search(rf'^scheduling_build_info\{{version="{re.escape(version)}",revision="[^"]+",'
                     r'compiler="[^"]+"\} 1$', text, re.MULTILINE)
    assert 'scheduling_dependency_up{dependency="database"} 1' in text
    assert re.search(r'^scheduling_dependency_last_check_timestamp_seconds\{dependency="database"\} 1\.\d+e\+09|'
                     r'^scheduling_dependency_last_check_timestamp_seconds\{dependency="database"\} \d{10}',
                     text, re.MULTILINE)
    assert 'dependency_up{dependency="kafka"}' not in text  # what is not configured alerts nobody

    def beaten():
        found = re.search(r'^scheduling_event_loop_lag_seconds_count\{loop="http"\} (\d+)$',
                          callers.operations().get("/metrics").text, re.MULTILINE)
        return int(found.group(1)) >= 2
    wait_until(beaten, 30, "the loops tell their lag")
    assert re.search(r'^scheduling_event_loop_stalled_seconds\{loop="http"\} 0(\.\d+)?$', text, re.MULTILINE)
    assert re.search(r"^scheduling_memory_limit_bytes \S+$", text, re.MULTILINE)
    assert re.search(r"^scheduling_memory_working_set_bytes \S+$", text, re.MULTILINE)
