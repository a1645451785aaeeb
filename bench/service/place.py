"""Where a benchmark of the whole program finds what it needs, and where its data goes."""

import contextlib
import os
import pathlib
import shutil
import signal
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


@contextlib.contextmanager
def place():
    """The build folder, the program (SW_BUILD and SW_BINARY name others) and a folder for data that
    is gone afterwards, also when the benchmark is terminated."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started must not stay behind
    build = pathlib.Path(os.environ.get("SW_BUILD", ROOT / "build" / "release"))
    binary = os.environ.get("SW_BINARY", build / "bin" / "scheduling-worker")
    # Below the build folder, since /tmp may lie in memory and would flatter every commit.
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-data-", dir=ROOT / "build"))
    try:
        yield build, binary, folder
    finally:
        shutil.rmtree(folder)
