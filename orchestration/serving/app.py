"""The web application: ClickHouse's protocol on every path that has a query."""

import asyncio
import contextlib
import logging
import time
import uuid
from collections.abc import AsyncIterator, Callable
from itertools import chain

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request as HttpRequest
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from orchestration.serving.access import Access
from orchestration.serving.api import api_routes
from orchestration.serving.asking import EngineAsking
from orchestration.serving.engine import Answer, Engine
from orchestration.serving.errors import QueryError
from orchestration.serving.limits import Limits
from orchestration.serving.page.routes import PageResponder, page_routes, wants_page
from orchestration.serving.paths import REST
from orchestration.serving.requests import Request, credentials, read_request
from orchestration.serving.responses import (
    body_of,
    common_headers,
    content_encoding,
    error_headers,
    headers_of,
    status_of,
)
from orchestration.serving.statements import Sessions, prepare
from orchestration.serving.writing import Writing

__all__ = ["make_app"]

_log = logging.getLogger("tokenhouse.serve")
_LOOK_SECONDS = 0.25
_METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]
_NO_VERSION = "unknown"
_CLIENT_GONE, _UNEXPECTED = 499, 1002


def make_app(
    engine: Engine,
    access: Access,
    limits: Limits,
    default_database: str,
    *,
    writing: Writing | None = None,
    ready: Callable[[], None] = lambda: None,
) -> Starlette:
    """Return the application.

    Parameters
    ----------
    engine : Engine
        What answers queries; it runs as long as the application.
    access : Access
        Who may ask.
    limits : Limits
        How much one query may use.
    default_database : str
        Where names are looked up if a client does not say.
    writing : Writing, optional
        What takes records; nothing is taken without it.
    ready : callable, optional
        Is called when it answers.
    """
    asking = EngineAsking(engine, limits, default_database)
    page, routes = page_routes(asking, access)
    protocol = _Protocol(engine, access, limits, default_database, page)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(engine.run()), asyncio.create_task(page.stay_warm())]
        await engine.begun()
        ready()
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    return Starlette(
        routes=[
            Route("/ping", protocol.ping, methods=["GET", "HEAD"]),
            Route("/replicas_status", protocol.ping, methods=["GET", "HEAD"]),
            *api_routes(asking, access, writing),
            *routes,
            Route(f"/{{path:{REST}}}", protocol.answer, methods=_METHODS),
        ],
        lifespan=lifespan,
    )


class _Protocol:
    """Answers requests of ClickHouse's HTTP protocol."""

    def __init__(
        self,
        engine: Engine,
        access: Access,
        limits: Limits,
        default_database: str,
        page: PageResponder,
    ):
        self._page = page
        self._engine = engine
        self._access = access
        self._limits = limits
        self._database = default_database
        self._sessions = Sessions(limits.session_seconds)

    async def ping(self, http: HttpRequest) -> Response:
        try:
            self._access.check_browser(http.headers)
        except QueryError as error:
            return await self._refused(error, str(uuid.uuid4()))
        return PlainTextResponse("Ok.\n")

    async def answer(self, http: HttpRequest) -> Response:
        if wants_page(http):
            return await self._page.page(http)
        began = time.monotonic()
        query_id, user, kind, rows = str(uuid.uuid4()), "", "-", 0
        try:
            self._access.check_browser(http.headers)
            given = credentials(http.headers, http.url.query)
            self._access.check_password(given)
            user = given.user or "default"
            if http.method not in ("GET", "HEAD", "POST"):
                raise QueryError(48, f"The method {http.method} is not supported.")
            request = read_request(
                http.headers, http.url.query, await self._body(http), self._limits.body_bytes
            )
            query_id = request.names.get("query_id") or query_id
            if not request.sql.strip() and http.method != "POST":
                return PlainTextResponse("Ok.\n", headers=common_headers(query_id))
            kind = request.sql.split(None, 1)[0][:12].lower() if request.sql.strip() else "-"
            answer, format_name = await self._run(http, request, user)
            response = self._response(http, request, answer, format_name, query_id)
            rows = answer.rows if answer else 0
        except QueryError as error:
            response = await self._refused(error, query_id)
        except asyncio.CancelledError:
            # The client went away, so nobody reads this.
            response = Response(status_code=_CLIENT_GONE)
        except Exception as error:
            _log.exception("unexpected error of %s", query_id)
            unexpected = QueryError(_UNEXPECTED, f"Unexpected error: {type(error).__name__}.")
            response = await self._refused(unexpected, query_id)
        _log.info(
            "%s %s %s %d rows %d ms %d",
            user.encode("unicode_escape").decode() or "-",
            query_id,
            kind.encode("unicode_escape").decode(),
            rows,
            (time.monotonic() - began) * 1000,
            response.status_code,
        )
        return response

    async def _run(
        self, http: HttpRequest, request: Request, user: str
    ) -> tuple[Answer | None, str]:
        session = self._sessions.begin(user, request)
        try:
            process = await self._engine.current()
            wanted = prepare(
                request,
                session,
                known_settings=process.settings,
                databases=process.databases,
                limits=self._limits,
                default_database=self._database,
            )
            if wanted is None:
                return None, ""
            running = asyncio.create_task(self._engine.ask(wanted))
            watching = asyncio.create_task(_gone(http))
            try:
                await asyncio.wait({running, watching}, return_when=asyncio.FIRST_COMPLETED)
                if not running.done():
                    running.cancel()
                return await running, wanted["format"]
            finally:
                watching.cancel()
        finally:
            self._sessions.end(user, request, session)

    def _response(
        self,
        http: HttpRequest,
        request: Request,
        answer: Answer | None,
        format_name: str,
        query_id: str,
    ) -> Response:
        if answer is None:
            return Response(headers=common_headers(query_id))
        headers = headers_of(answer, format_name, query_id)
        blocks, encoding = request.is_on("compress"), ""
        if request.is_on("enable_http_compression"):
            encoding = content_encoding(http.headers.get("accept-encoding", ""))
        version = request.number("client_protocol_version")
        if encoding:
            headers["Content-Encoding"] = encoding
        body = body_of(
            answer.file,
            format_name=format_name,
            version=version,
            blocks=blocks,
            encoding=encoding,
        )
        remove = BackgroundTask(answer.file.unlink, missing_ok=True)
        if http.method == "HEAD":
            return Response(headers=headers, background=remove)
        try:
            # A type that cannot be sent shows at its first block: before the status is.
            first = next(body, b"")
        except QueryError:
            answer.file.unlink(missing_ok=True)
            raise
        return StreamingResponse(chain([first], body), headers=headers, background=remove)

    async def _body(self, http: HttpRequest) -> bytes:
        body = b""
        async for chunk in http.stream():
            body += chunk
            if len(body) > self._limits.body_bytes:
                raise QueryError(229, f"The body is longer than {self._limits.body_bytes:,} bytes.")
        return body

    async def _refused(self, error: QueryError, query_id: str) -> Response:
        version = _NO_VERSION
        with contextlib.suppress(QueryError):
            version = (await self._engine.current()).version
        return Response(
            error.text(version),
            status_code=status_of(error),
            headers=error_headers(error, query_id),
        )


async def _gone(http: HttpRequest) -> None:
    """Return when the client has gone away."""
    while not await http.is_disconnected():
        await asyncio.sleep(_LOOK_SECONDS)
