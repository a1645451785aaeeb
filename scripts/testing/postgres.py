"""A PostgreSQL server for tests: its own cluster in a temporary folder, on a free loopback port,
stopped by its pid. As root it runs as the user `postgres`, since PostgreSQL refuses root."""

import glob
import os
import pathlib
import pwd
import re
import shutil
import signal
import subprocess
import tempfile

import program

START_LIMIT = 60


def folder_of_programs():
    """Where the newest installed server's programs are, or None."""
    found = glob.glob("/usr/lib/postgresql/*/bin")
    found = [folder for folder in found if os.access(f"{folder}/postgres", os.X_OK)]
    return max(found, key=lambda path: int(re.search(r"/(\d+)/bin$", path).group(1)), default=None)


class Postgres:
    """`start` answers the address of its first database; `stop` ends it and removes everything."""

    def __init__(self):
        self.programs = folder_of_programs()
        self.folder = self.process = self.port = None
        self.made = 0

    @property
    def url(self):
        return f"postgres://tester@127.0.0.1:{self.port}/postgres"

    def start(self):
        if self.programs is None:
            raise FileNotFoundError("no PostgreSQL server is installed")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sw-postgres-"))
        owner = {}
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            owner = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        data = self.folder / "data"
        subprocess.run(
            [f"{self.programs}/initdb", "-D", str(data), "-U", "tester", "-A", "trust", "-E", "UTF8",
             "--locale=C", "--no-instructions"],
            check=True, capture_output=True, cwd=self.folder, **owner)
        self.port = program.free_port()
        with open(self.folder / "server.log", "wb") as log:
            self.process = subprocess.Popen(
                [f"{self.programs}/postgres", "-D", str(data), "-p", str(self.port), "-k", str(self.folder),
                 "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=300"],
                cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **owner)
        program.wait_until(self._answers, START_LIMIT, "PostgreSQL answers")
        return self

    def _answers(self):
        if self.process.poll() is not None:
            raise RuntimeError((self.folder / "server.log").read_text())
        done = subprocess.run([f"{self.programs}/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)],
                              check=False)
        return done.returncode == 0

    def sql(self, statement, database="postgres"):
        """Runs one statement; answers the rows as psql prints them."""
        done = subprocess.run(
            [f"{self.programs}/psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1",
             "-p", str(self.port), "-U", "tester", "-d", database, "-c", statement],
            check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def new_database(self):
        """The address of a database that nobody has used."""
        self.made += 1
        name = f"test_{os.getpid()}_{self.made}"
        self.sql(f"CREATE DATABASE {name}")
        return f"postgres://tester@127.0.0.1:{self.port}/{name}"

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)  # at once: nothing of it is kept
            self.process.wait(timeout=30)
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)
