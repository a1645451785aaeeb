"""What stands beside the service in the same run: a bare epoll server, nginx that answers a
constant, and SQLite with one commit a write."""

import contextlib
import os
import pathlib
import shutil
import sqlite3
import subprocess
import time

from program import free_port, wait_until

NGINX = """daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  keepalive_requests 1000000000;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location / {{ default_type application/json; return 200 "{body}"; }}
  }}
}}
"""


def _stop(process):
    process.terminate()
    process.wait(timeout=10)


@contextlib.contextmanager
def epoll(build):
    """The bare server's address and pid."""
    process = subprocess.Popen([str(pathlib.Path(build) / "bench" / "bench_http_epoll")],
                               stdout=subprocess.PIPE, text=True)
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/health", process.pid
    finally:
        _stop(process)


@contextlib.contextmanager
def nginx(folder):
    """The address and the worker's pid of an nginx that answers 300 bytes; None without one."""
    command = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if command is None:
        yield None
        return
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True)
    port = free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(NGINX.format(folder=folder, port=port, body="x" * 300))
    process = subprocess.Popen([command, "-c", str(configuration), "-p", str(folder), "-e",
                                str(folder / "error.log")])
    children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children")
    try:
        wait_until(lambda: process.poll() is not None or children.read_text().split(), 10, "nginx")
        if process.poll() is not None:
            raise RuntimeError(f"nginx ended: {(folder / 'error.log').read_text()}")
        yield f"http://127.0.0.1:{port}/health", int(children.read_text().split()[0])
    finally:
        _stop(process)


def commits_a_second(folder, seconds):
    """Rows a second when each is a transaction of its own: a table with an index, as durable as the
    service's (WAL and FULL), in the same kind of folder."""
    connection = sqlite3.connect(pathlib.Path(folder) / "one-commit-each.db", isolation_level=None)
    with contextlib.closing(connection):
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE event (calendar INTEGER, start INTEGER, id BLOB, document TEXT, "
                           "PRIMARY KEY (calendar, start, id)) WITHOUT ROWID")
        connection.execute("CREATE INDEX event_by_id ON event (id)")
        document = "x" * 370
        done, began = 0, time.monotonic()
        while time.monotonic() - began < seconds:
            connection.execute("INSERT INTO event VALUES (?, ?, ?, ?)",
                               (done % 64, done * 997 % 1000003, os.urandom(16), document))
            done += 1
        return done / (time.monotonic() - began)
