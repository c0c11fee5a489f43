"""Who waits for a turn at the engine, who is refused, and what happens if an engine ends."""

import asyncio
import time
from types import SimpleNamespace

import pytest

from orchestration.serving.engine import Engine
from orchestration.serving.errors import QueryError
from orchestration.serving.process import GONE

LIMITS = SimpleNamespace(running_queries=1, waiting_queries=1, waiting_seconds=1)
DONE = {"rows": 1, "read_rows": 1, "read_bytes": 1, "elapsed_ns": 1}


class Process:
    """Stands for an engine's process; its queries end when they are let."""

    def __init__(self, error=None):
        self.may_end = asyncio.Event()
        self.is_alive, self.snapshot, self._error = True, None, error

    async def ask(self, request):
        await self.may_end.wait()
        if self._error:
            self.is_alive = False
            raise self._error
        return DONE


class Started(Engine):
    """An engine whose processes are given, the next one when the one before has ended."""

    def __init__(self, *processes):
        super().__init__([], LIMITS)
        self.processes = list(processes)

    async def current(self):
        while len(self.processes) > 1 and not self.processes[0].is_alive:
            self.processes.pop(0)
        return self.processes[0]


def gone():
    return QueryError(GONE, "The engine ended: send the query again.", "NETWORK_ERROR")


async def started(*requests):
    """Let requests come as far as they can."""
    tasks = [asyncio.create_task(request) for request in requests]
    await asyncio.sleep(0.01)
    return tasks


def test_who_waits_too_long_is_asked_to_come_back():
    async def story():
        process = Process()
        engine = Started(process)
        first, second = await started(engine.ask({}), engine.ask({}))
        with pytest.raises(QueryError, match="Too many"):
            await second
        process.may_end.set()
        assert (await first).rows == 1
        assert (await engine.ask({})).rows == 1, "the one who was refused holds no place"

    asyncio.run(story())


def test_a_machine_that_was_stopped_refuses_nobody():
    """All that waits is overdue at once when it goes on: nobody could have had a turn."""

    async def story():
        process = Process()
        engine = Started(process)
        first, second = await started(engine.ask({}), engine.ask({}))
        time.sleep(LIMITS.waiting_seconds + 0.5)
        await asyncio.sleep(0.05)
        process.may_end.set()
        assert (await first).rows == (await second).rows == 1

    asyncio.run(story())


def test_who_goes_away_while_waiting_leaves_the_turn_to_others():
    async def story():
        process = Process()
        engine = Started(process)
        first, second = await started(engine.ask({}), engine.ask({}))
        second.cancel()
        await asyncio.sleep(0.01)
        (third,) = await started(engine.ask({}))
        process.may_end.set()
        assert (await first).rows == (await third).rows == 1
        for _ in range(3):
            assert (await engine.ask({})).rows == 1

    asyncio.run(story())


def test_a_query_is_asked_again_of_the_next_engine_and_once():
    async def story(*errors):
        processes = [Process(error) for error in errors]
        for process in processes:
            process.may_end.set()
        return (await Started(*processes).ask({})).rows

    assert asyncio.run(story(gone(), None)) == 1
    with pytest.raises(QueryError, match="The engine ended"):
        asyncio.run(story(gone(), gone(), None))
    with pytest.raises(QueryError, match="no such table"):
        asyncio.run(story(QueryError(60, "no such table"), None))
