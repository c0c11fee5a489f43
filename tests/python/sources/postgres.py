"""A PostgreSQL server of a test's own, where its programs are installed."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Postgres", "find_programs", "run_postgres"]


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


def find_programs() -> Path | None:
    """Return the folder of the server's programs, or None."""
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "initdb").exists()), None)


@contextlib.contextmanager
def run_postgres(programs: Path) -> Iterator[Postgres]:
    """Start a server on a free port of loopback, and stop it in the end."""
    # It refuses to run as root, and its socket's path must be short.
    user = {"user": _unprivileged()} if os.geteuid() == 0 else {}
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    if user:
        shutil.chown(folder, user["user"])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def control(*arguments: str) -> None:
        command = [programs / "pg_ctl", f"--pgdata={folder / 'data'}", "--silent", *arguments]
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, **user)

    try:
        options = "--auth=trust --username=postgres --encoding=UTF8 --no-sync"
        control("initdb", f"--options={options}")
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        control("start", "--wait", f"--options={options}", f"--log={folder / 'log'}")
        try:
            yield Postgres(programs, port)
        finally:
            control("stop", "--mode=fast")
    finally:
        shutil.rmtree(folder)


def _unprivileged() -> str:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
