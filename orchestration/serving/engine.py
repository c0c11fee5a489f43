"""The engine of the current snapshot, exchanged when a newer one is published."""

import asyncio
import contextlib
import logging
import tempfile
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.errors import UserError
from orchestration.serving.errors import QueryError
from orchestration.serving.limits import Limits
from orchestration.serving.process import GONE, EngineProcess
from orchestration.warehouse.snapshots import Snapshot, current_snapshot

__all__ = ["Answer", "Engine"]

_log = logging.getLogger("tokenhouse.serve")

_LOOK_SECONDS = 1.0
_BEGIN_SECONDS = 10
_STEPS_A_SECOND = 4


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
        self._process: EngineProcess | None = None
        self._spool = Path()
        self._slots = asyncio.Semaphore(limits.running_queries)
        self._waiting = 0
        self._retired: set[asyncio.Task[None]] = set()
        self._starting = asyncio.Lock()
        self._has_looked = asyncio.Event()

    async def run(self) -> None:
        """Follow the published snapshots until cancelled."""
        with tempfile.TemporaryDirectory(prefix="tokenhouse-serve-") as folder:
            self._spool = Path(folder)
            try:
                while True:
                    # A snapshot that cannot be opened now may be replaced by one that can.
                    try:
                        await self._follow()
                    except (OSError, UserError):
                        _log.debug("no newer snapshot could be opened", exc_info=True)
                    except Exception:
                        _log.exception("unexpected error of a newer snapshot")
                    self._has_looked.set()
                    await asyncio.sleep(_LOOK_SECONDS)
            finally:
                for task in self._retired:
                    task.cancel()
                await asyncio.gather(*self._retired, return_exceptions=True)
                if self._process:
                    await self._process.stop()

    async def begun(self) -> None:
        """Wait until the engine answers, or nothing is published, but not for long."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._has_looked.wait(), _BEGIN_SECONDS)

    async def current(self) -> EngineProcess:
        """Return the process of the current snapshot.

        Raises
        ------
        QueryError
            If nothing is published yet, or what is cannot be opened.
        """
        if self._process is None or not self._process.is_alive:
            try:
                await self._follow()
            except (OSError, UserError) as error:
                raise QueryError(GONE, f"The engine did not start: {error}") from error
        if self._process is None:
            raise QueryError(
                GONE,
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
            try:
                return await self._ask(process, request)
            except QueryError as error:
                # An engine can be ended by the system, for memory that others want. Queries only
                # read, so that the next one is asked; if it ends that too, that is the answer.
                if error.code != GONE or process.is_alive:
                    raise
                return await self._ask(await self.current(), request)
        finally:
            self._slots.release()

    async def _ask(self, process: EngineProcess, request: dict[str, Any]) -> Answer:
        request_id = str(uuid.uuid4())
        file = self._spool / request_id
        try:
            found = await process.ask({**request, "id": request_id, "file": str(file)})
        except BaseException:
            file.unlink(missing_ok=True)
            raise
        return Answer(file=file, snapshot=process.snapshot, **found)

    async def _take_turn(self) -> None:
        if not self._slots.locked():
            # At once: each is counted before the next one asks.
            await self._slots.acquire()
            return
        if self._waiting >= self._limits.waiting_queries:
            raise QueryError(202, "Too many simultaneous queries: try again later.")
        self._waiting += 1
        turn = asyncio.create_task(self._slots.acquire())
        try:
            # By steps: of a machine that was stopped meanwhile, or had no time for the server, one
            # has passed, and not all of them.
            for _ in range(self._limits.waiting_seconds * _STEPS_A_SECOND):
                if (await asyncio.wait({turn}, timeout=1 / _STEPS_A_SECOND))[0]:
                    return
            raise QueryError(202, "Too many simultaneous queries: try again later.")
        except BaseException:
            if not turn.cancel() and not turn.cancelled():
                self._slots.release()
            raise
        finally:
            self._waiting -= 1

    async def _follow(self) -> None:
        """Start on a newer snapshot, and let the queries on the one before end."""
        async with self._starting:
            published = current_snapshot()
            now = self._process
            if published is None or (now and now.is_alive and now.snapshot.id == published.id):
                return
            self._process = await EngineProcess.start(self._databases, self._limits.running_queries)
            if now:
                task = asyncio.create_task(now.retire())
                self._retired.add(task)
                task.add_done_callback(self._retired.discard)
