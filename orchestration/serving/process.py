"""A process with the engine on a clone of a snapshot, as the server sees it."""

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from orchestration.errors import UserError
from orchestration.serving.errors import QueryError
from orchestration.warehouse.snapshots import Snapshot, reader_clone

__all__ = ["GONE", "EngineProcess"]

GONE = 210
"""ClickHouse's number of NETWORK_ERROR: clients try again."""

_START_SECONDS = 60


class EngineProcess:
    """A worker process and the clone that it has open.

    Attributes
    ----------
    snapshot : Snapshot
        What the clone is of.
    version : str
        The engine's.
    settings, databases : frozenset of str
        Names that the engine knows.
    is_alive : bool
        Whether it answers.
    """

    def __init__(self, snapshot: Snapshot, resources: contextlib.ExitStack):
        self.snapshot = snapshot
        self.version = ""
        self.settings: frozenset[str] = frozenset()
        self.databases: frozenset[str] = frozenset()
        self.is_alive = True
        self._resources = resources
        self._answers: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._writer: asyncio.StreamWriter
        self._reading: asyncio.Task[None]
        self._popen: subprocess.Popen[bytes]

    @classmethod
    async def start(cls, databases: Sequence[str], threads: int) -> "EngineProcess":
        """Clone the current snapshot, and start an engine on it."""
        resources = contextlib.ExitStack()
        try:
            found = await asyncio.to_thread(resources.enter_context, reader_clone(databases))
            if found is None:
                raise UserError("There is no snapshot.")
            snapshot, directory = found
            process = cls(snapshot, resources)
            await process._open(directory, threads)
        except BaseException:
            resources.close()
            raise
        return process

    async def _open(self, directory: Path, threads: int) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._popen = subprocess.Popen(
                [
                    *(sys.executable, "-P", "-m", "orchestration.serving.worker"),
                    *(str(directory), str(theirs.fileno()), str(threads)),
                ],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                # Nothing of the environment that a query could be made to show.
                env={"TZ": "UTC", "PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
                start_new_session=True,
            )
        self._resources.callback(self._popen.kill)
        reader, self._writer = await asyncio.open_connection(sock=ours, limit=1 << 24)
        async with asyncio.timeout(_START_SECONDS):
            line = await reader.readline()
        if not line:
            raise UserError(f"The engine did not start on {directory}.")
        facts = json.loads(line)
        self.version = facts["version"]
        self.settings, self.databases = (frozenset(facts[x]) for x in ("settings", "databases"))
        self._reading = asyncio.create_task(self._read(reader))

    async def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Have a query run; cancelling this stops it."""
        if not self.is_alive:
            raise QueryError(GONE, "The engine ended: send the query again.")
        future = asyncio.get_running_loop().create_future()
        self._answers[request["id"]] = future
        try:
            self._writer.write(json.dumps(request).encode() + b"\n")
            answer = await asyncio.shield(future)
        except asyncio.CancelledError:
            self._writer.write(json.dumps({"id": request["id"], "cancel": True}).encode() + b"\n")
            future.add_done_callback(lambda _: Path(request["file"]).unlink(missing_ok=True))
            raise
        finally:
            if future.done():
                self._answers.pop(request["id"], None)
        if "error" in answer:
            raise QueryError(*answer["error"])
        return answer

    async def retire(self) -> None:
        """Wait until the last query has ended, then stop."""
        try:
            while self._answers and self.is_alive:
                await asyncio.sleep(0.1)
        finally:
            await self.stop()

    async def stop(self) -> None:
        """End the process, and remove its clone."""
        self.is_alive = False
        self._writer.close()
        self._reading.cancel()
        await asyncio.to_thread(self._end)

    def _end(self) -> None:
        try:
            self._popen.wait(5)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self._popen.wait()
        self._resources.close()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            while line := await reader.readline():
                answer = json.loads(line)
                future = self._answers.pop(answer.pop("id"), None)
                if future and not future.done():
                    future.set_result(answer)
        finally:
            self.is_alive = False
            lost = {"error": [GONE, "The engine ended: send the query again.", "NETWORK_ERROR"]}
            for future in self._answers.values():
                if not future.done():
                    future.set_result(lost)
            self._answers.clear()
