"""Queries of the server itself: for endpoints and the page."""

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import Hashable
from functools import partial
from typing import Any

from orchestration.serving.answers import Answers
from orchestration.serving.engine import Engine
from orchestration.serving.limits import Limits
from orchestration.serving.policy import choose
from orchestration.warehouse.snapshots import Snapshot

__all__ = ["EXACT", "Asking", "EngineAsking"]

# Numbers as they are stored: JSON has no decimals, and no integers beyond 53 bits.
EXACT = {
    "output_format_json_quote_64bit_integers": "0",
    "output_format_json_quote_decimals": "1",
    "output_format_json_quote_denormals": "0",
}


class Asking(ABC):
    """Asks queries, and keeps what was answered.

    Parameters
    ----------
    answer_bytes : int
        How much of the answers is kept; 0 for none.
    """

    def __init__(self, answer_bytes: int):
        self._answers = Answers(answer_bytes)
        self._asked_now: dict[Hashable, asyncio.Task[bytes]] = {}

    async def rows(self, sql: str, params: dict[str, str] | None = None) -> list[dict[str, Any]]:
        """Return the rows of a query, each by column name.

        Parameters
        ----------
        sql : str
            One SELECT.
        params : dict of str to str, optional
            Values of its parameters; never a part of its text.

        Raises
        ------
        QueryError
            If it fails.
        """
        bound = params or {}
        key = ((await self.snapshot()).id, sql, tuple(sorted(bound.items())))
        text = self._answers.get(key)
        if text is None:
            text = await self._answer(key, sql, bound)
        return [json.loads(line) for line in text.splitlines()]

    async def _answer(self, key: Hashable, sql: str, params: dict[str, str]) -> bytes:
        """Ask once, however many want to know it at the same time."""
        task = self._asked_now.get(key)
        if task is None:
            task = self._asked_now[key] = asyncio.create_task(self._asked(sql, params))
            task.add_done_callback(partial(self._keep, key))
        # Who goes away leaves the answer to the others.
        return await asyncio.shield(task)

    def _keep(self, key: Hashable, task: asyncio.Task[bytes]) -> None:
        del self._asked_now[key]
        if not task.cancelled() and task.exception() is None:
            self._answers.keep(key, task.result())

    @abstractmethod
    async def snapshot(self) -> Snapshot:
        """Return what is read now.

        Raises
        ------
        QueryError
            If nothing is published yet.
        """

    @abstractmethod
    async def _asked(self, sql: str, params: dict[str, str]) -> bytes:
        """Return an answer, one JSON object a line."""


class EngineAsking(Asking):
    """Asks the engine on the current snapshot, under the limits of clients.

    Parameters
    ----------
    engine : Engine
        What answers.
    limits : Limits
        How much a query may use.
    database : str
        Where names are looked up.
    """

    def __init__(self, engine: Engine, limits: Limits, database: str):
        super().__init__(limits.answer_bytes)
        self._engine = engine
        self._limits = limits
        self._database = database
        # A page asks dozens of queries. They take turns among themselves, and leave half of the
        # places to clients, who would be refused behind them.
        self._turns = asyncio.Semaphore(max(1, limits.running_queries // 2))

    async def snapshot(self) -> Snapshot:
        """Return what is read now.

        Raises
        ------
        QueryError
            If nothing is published yet.
        """
        return (await self._engine.current()).snapshot

    async def _asked(self, sql: str, params: dict[str, str]) -> bytes:
        chosen = choose(EXACT, frozenset(EXACT), self._limits)
        request = {
            "sql": sql,
            "database": self._database,
            "settings": chosen.applied,
            "filters": {},
            "params": {name: _escaped(value) for name, value in params.items()},
            "format": "JSONEachRow",
        }
        async with self._turns:
            answer = await self._engine.ask(request)
        try:
            return answer.file.read_bytes()
        finally:
            answer.file.unlink(missing_ok=True)


def _escaped(value: str) -> str:
    """Return a text as the engine reads values of parameters, which are escaped as in TSV."""
    escapes = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "'": "\\'"}
    return "".join(escapes.get(sign, sign) for sign in value)
