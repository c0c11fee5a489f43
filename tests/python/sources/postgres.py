"""A PostgreSQL server of a test's own."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from programs import find_program, start

__all__ = ["Postgres", "run_postgres"]

_SECONDS_TO_START = 30


@dataclass(frozen=True)
class Postgres:
    """A running server, whose user `postgres` needs no password."""

    programs: Path
    port: int

    def execute(self, sql: str) -> None:
        """Run statements; an error fails the test with the server's words."""
        command = [self.programs / "psql", "--host=127.0.0.1", f"--port={self.port}"]
        command += ["--username=postgres", "--quiet", "--set=ON_ERROR_STOP=1"]
        subprocess.run(command, input=sql, text=True, check=True, capture_output=True)


@contextlib.contextmanager
def run_postgres() -> Iterator[Postgres]:
    """Start a server on a free port of loopback, and stop it in the end."""
    programs = find_program(
        "initdb", "/usr/lib/postgresql/*/bin/initdb", install="apt-get install postgresql"
    ).parent
    # It refuses to run as root, and its socket's path must be short.
    user = _unprivileged() if os.geteuid() == 0 else ""
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    if user:
        shutil.chown(folder, user)
    try:
        made = [programs / "initdb", f"--pgdata={folder / 'data'}", "--auth=trust"]
        made += ["--username=postgres", "--encoding=UTF8", "--no-sync"]
        subprocess.run(made, check=True, cwd=folder, capture_output=True, user=user or None)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        settings = {"listen_addresses": "127.0.0.1", "port": port, "fsync": "off"}
        settings["unix_socket_directories"] = folder
        options = [f"--{name}={value}" for name, value in settings.items()]
        server = start([programs / "postgres", "-D", folder / "data", *options], user)
        try:
            _wait_until_ready(programs, port)
            yield Postgres(programs, port)
        finally:
            server.terminate()
            server.wait()
    finally:
        shutil.rmtree(folder)


def _wait_until_ready(programs: Path, port: int) -> None:
    asked = [programs / "pg_isready", "--host=127.0.0.1", f"--port={port}", "--username=postgres"]
    deadline = time.monotonic() + _SECONDS_TO_START
    while subprocess.run(asked, check=False, capture_output=True).returncode:
        assert time.monotonic() < deadline, "PostgreSQL does not start"
        time.sleep(0.1)


def _unprivileged() -> str:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
