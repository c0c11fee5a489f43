"""Page and endpoints on a ClickHouse server: BI tools connect to that server itself."""

import asyncio
import contextlib
import json
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from orchestration.errors import UserError
from orchestration.serving.access import Access
from orchestration.serving.api import api_routes
from orchestration.serving.asking import EXACT, Asking
from orchestration.serving.errors import QueryError, from_engine
from orchestration.serving.limits import Limits
from orchestration.serving.page.routes import page_routes
from orchestration.serving.paths import REST
from orchestration.serving.process import GONE
from orchestration.serving.writing import Writing
from orchestration.warehouse.client import connect
from orchestration.warehouse.snapshots import Snapshot

__all__ = ["ServerAsking", "make_remote_app"]

_NO_DATABASE = 81
# The newest part of the marts tells which build they are of.
_NEWEST = """
    select max(modification_time) as changed_at, count() as parts
    from system.parts
    where active and database = {database:String}
"""


class ServerAsking(Asking):
    """Asks the ClickHouse server of the environment; nothing is kept, because it changes.

    Parameters
    ----------
    limits : Limits
        How much a query may use.
    database : str
        Where names are looked up.
    """

    def __init__(self, limits: Limits, database: str):
        super().__init__(0)
        self._limits = limits
        self._database = database
        self._slots = asyncio.Semaphore(limits.running_queries)
        self._opening = threading.Lock()
        self._opened = contextlib.ExitStack()
        self._client: Any = None

    async def snapshot(self) -> Snapshot:
        """Return the moment of the newest change as the name of what is read.

        Raises
        ------
        QueryError
            If there are no marts yet, or the server does not answer.
        """
        try:
            row = json.loads(await self._asked(_NEWEST, {"database": self._database}))
        except QueryError as error:
            if error.code != _NO_DATABASE:
                raise
            row = {"parts": 0}
        if not row["parts"]:
            raise QueryError(GONE, "Nothing to read yet: run `tokenhouse run`.", "NETWORK_ERROR")
        changed = datetime.fromisoformat(row["changed_at"]).replace(tzinfo=UTC)
        return Snapshot(Path(f"{changed:%Y%m%dT%H%M%S%f}"))

    async def _asked(self, sql: str, params: dict[str, str]) -> bytes:
        async with self._slots:
            return await asyncio.to_thread(self._query, sql, params)

    def _query(self, sql: str, params: dict[str, Any]) -> bytes:
        from clickhouse_connect.driver.exceptions import ClickHouseError

        limits = {
            "max_execution_time": self._limits.seconds,
            "max_result_rows": self._limits.result_rows,
            "database": self._database,
        }
        try:
            answer = self._open().raw_query(
                sql, parameters=params, settings=EXACT | limits, fmt="JSONEachRow"
            )
        except ClickHouseError as error:
            raise from_engine(str(error)) from error
        except UserError as error:
            raise QueryError(GONE, str(error), "NETWORK_ERROR") from error
        return bytes(answer)

    def _open(self) -> Any:
        """Return the client, which any number of threads may use."""
        with self._opening:
            if self._client is None:
                self._client = self._opened.enter_context(connect())
            return self._client


def make_remote_app(asking: Asking, access: Access, writing: Writing | None = None) -> Starlette:
    """Return the application of page and endpoints alone.

    Parameters
    ----------
    asking : Asking
        What answers queries.
    access : Access
        Who may ask.
    writing : Writing, optional
        What takes records; nothing is taken without it.
    """
    page, routes = page_routes(asking, access)

    async def ping(_: HttpRequest) -> Response:
        return PlainTextResponse("Ok.\n")

    async def elsewhere(_: HttpRequest) -> Response:
        return PlainTextResponse(
            "This is the page of a ClickHouse server: send queries to that server itself.\n", 404
        )

    return Starlette(
        routes=[
            Route("/", page.page, methods=["GET"]),
            Route("/ping", ping, methods=["GET"]),
            *api_routes(asking, access, writing),
            *routes,
            Route(f"/{{path:{REST}}}", elsewhere, methods=["GET", "POST"]),
        ]
    )
