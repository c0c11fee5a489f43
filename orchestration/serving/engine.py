"""The engine of the current snapshot, exchanged when a newer one is published."""

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.errors import UserError
from orchestration.serving.errors import QueryError
from orchestration.serving.limits import Limits
from orchestration.warehouse.snapshots import Snapshot, current_snapshot, reader_clone

__all__ = ["Answer", "Engine"]

_LOOK_SECONDS = 1.0
_START_SECONDS = 60
_GONE = 210


@dataclass(frozen=True)
class Answer:
    """The result of a query.

    Attributes
    ----------
    file : Path
        The result in the format asked for; the receiver removes it.
    snapshot : Snapshot
        What was read.
    rows, read_rows, read_bytes, elapsed_ns : int
        Rows of the result, what was read for it, and how long that took.
    """

    file: Path
    snapshot: Snapshot
    rows: int
    read_rows: int
    read_bytes: int
    elapsed_ns: int


class Engine:
    """The engine that answers queries.

    Parameters
    ----------
    databases : sequence of str
        The databases that are served; the others are not in the clone.
    limits : Limits
        How many queries run and wait.
    """

    def __init__(self, databases: Sequence[str], limits: Limits):
        self._databases = databases
        self._limits = limits
        self._process: _Process | None = None
        self._spool = Path()
        self._slots = asyncio.Semaphore(limits.running_queries)
        self._waiting = 0
        self._retired: set[asyncio.Task[None]] = set()
        self._starting = asyncio.Lock()

    async def run(self) -> None:
        """Follow the published snapshots until cancelled."""
        with tempfile.TemporaryDirectory(prefix="tokenhouse-serve-") as folder:
            self._spool = Path(folder)
            try:
                while True:
                    # A snapshot that cannot be opened now may be replaced by one that can.
                    with contextlib.suppress(OSError, UserError):
                        await self._follow()
                    await asyncio.sleep(_LOOK_SECONDS)
            finally:
                for task in self._retired:
                    task.cancel()
                await asyncio.gather(*self._retired, return_exceptions=True)
                if self._process:
                    await self._process.stop()

    async def current(self) -> "_Process":
        """Return the process of the current snapshot.

        Raises
        ------
        QueryError
            If nothing is published yet.
        """
        if self._process is None or not self._process.is_alive:
            await self._follow()
        if self._process is None:
            raise QueryError(
                _GONE,
                "Nothing to read yet: readers see the warehouse as a successful build left it. "
                "Run `tokenhouse run`, or `tokenhouse build`.",
                "NETWORK_ERROR",
            )
        return self._process

    async def ask(self, request: dict[str, Any]) -> Answer:
        """Run a query.

        Parameters
        ----------
        request : dict
            As :meth:`orchestration.serving.worker.Worker.run` takes it, without ``id`` and
            ``file``.

        Raises
        ------
        QueryError
            If it fails, or too many run already.
        """
        await self._take_turn()
        try:
            process = await self.current()
            request_id = str(uuid.uuid4())
            file = self._spool / request_id
            try:
                found = await process.ask({**request, "id": request_id, "file": str(file)})
            except BaseException:
                file.unlink(missing_ok=True)
                raise
            return Answer(file=file, snapshot=process.snapshot, **found)
        finally:
            self._slots.release()

    async def _take_turn(self) -> None:
        if self._slots.locked() and self._waiting >= self._limits.waiting_queries:
            raise QueryError(202, "Too many simultaneous queries: try again later.")
        self._waiting += 1
        try:
            await asyncio.wait_for(self._slots.acquire(), self._limits.waiting_seconds)
        except TimeoutError:
            raise QueryError(202, "Too many simultaneous queries: try again later.") from None
        finally:
            self._waiting -= 1

    async def _follow(self) -> None:
        """Start on a newer snapshot, and let the queries on the one before end."""
        async with self._starting:
            published = current_snapshot()
            now = self._process
            if published is None or (now and now.is_alive and now.snapshot.id == published.id):
                return
            self._process = await _Process.start(self._databases, self._limits.running_queries)
            if now:
                task = asyncio.create_task(now.retire())
                self._retired.add(task)
                task.add_done_callback(self._retired.discard)


class _Process:
    """A worker process and the clone that it has open."""

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
    async def start(cls, databases: Sequence[str], threads: int) -> "_Process":
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
        if not self.is_alive:
            raise QueryError(_GONE, "The engine ended: send the query again.")
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
            lost = {"error": [_GONE, "The engine ended: send the query again.", "NETWORK_ERROR"]}
            for future in self._answers.values():
                if not future.done():
                    future.set_result(lost)
            self._answers.clear()
