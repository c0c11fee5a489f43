"""The routes of the page."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from orchestration import settings
from orchestration.serving.access import Access
from orchestration.serving.api import DISABLED
from orchestration.serving.asking import Asking
from orchestration.serving.conditional import conditional
from orchestration.serving.errors import QueryError, http_status
from orchestration.serving.page.choice import Choice
from orchestration.serving.page.render import STATIC, page, render, run_page
from orchestration.serving.page.warming import Warming
from orchestration.serving.paths import REST
from orchestration.serving.requests import credentials

__all__ = ["page_routes", "wants_page"]

_HEADERS = {
    # Nothing is asked of anybody else, and no script runs but our own.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_KINDS = {".css": "text/css", ".js": "text/javascript"}
_NO_BUILD = 210
_ATTEMPTS = 2
_POLL_SECONDS = 0.05

_Made = TypeVar("_Made")


def wants_page(http: HttpRequest) -> bool:
    """Return whether a browser asks for the page, and not a client for a query."""
    return (
        http.method == "GET"
        and "text/html" in http.headers.get("accept", "")
        and "query" not in http.query_params
    )


def page_routes(asking: Asking, access: Access) -> tuple["PageResponder", list[Route]]:
    """Return what answers at ``/``, and the further routes of the page.

    Parameters
    ----------
    asking : Asking
        What answers queries.
    access : Access
        Who may ask.
    """
    responder = PageResponder(asking, access)
    return responder, [
        Route("/snapshot", responder.snapshot, methods=["GET"]),
        Route("/static/{name}", responder.static, methods=["GET"]),
        Route(f"/runs/{{run_id:{REST}}}", responder.run, methods=["GET"]),
        Route("/analytics", responder.page, methods=["GET"]),
        Route("/analytics/sentiment", responder.page, methods=["GET"]),
    ]


class PageResponder:
    """Answers browsers."""

    def __init__(self, asking: Asking, access: Access):
        self._asking = asking
        self._access = access
        self._files = {path.name: path.read_bytes() for path in STATIC.iterdir()}
        self._warming = Warming(self._snapshot_id, self._ask_ahead)
        self._one_ahead = asyncio.Lock()
        self._visits = 0

    async def stay_warm(self) -> None:
        """Have the page answered before it is asked for, until cancelled."""
        if settings.project_vars()["analytics"]["enabled"]:
            await self._warming.run()

    async def page(self, http: HttpRequest) -> Response:
        """Answer with the page."""
        if refused := self._refused(http):
            return refused
        try:
            choice = Choice.of_url(http.query_params)
            self._warming.remember(choice)
            shown = await self._of_one_snapshot(
                lambda snapshot: page(self._asking.rows, choice, snapshot=snapshot)
            )
            return conditional(http, _html(shown))
        except QueryError as error:
            return _failed(error)

    async def run(self, http: HttpRequest) -> Response:
        """Answer with the page of a run."""
        if refused := self._refused(http):
            return refused
        try:
            run_id = http.path_params["run_id"]
            found = await self._of_one_snapshot(
                lambda snapshot: run_page(self._asking.rows, run_id, snapshot=snapshot)
            )
        except QueryError as error:
            return _failed(error)
        if found is None:
            return _html(render("empty.html", sentence="There is no such run."), 404)
        return conditional(http, _html(found))

    async def snapshot(self, http: HttpRequest) -> Response:
        """Say what is shown, so that the page can follow."""
        if refused := self._refused(http):
            return refused
        try:
            snapshot = await self._asking.snapshot()
        except QueryError as error:
            return JSONResponse({"error": error.message}, 503, _HEADERS)
        built = snapshot.published_at.isoformat()
        return JSONResponse({"id": snapshot.id, "published_at": built}, headers=_HEADERS)

    async def static(self, http: HttpRequest) -> Response:
        """Answer with a style sheet or the script."""
        if refused := self._refused(http):
            return refused
        name = http.path_params["name"]
        if name not in self._files:
            return Response("There is no such file.\n", 404, _HEADERS, "text/plain")
        kind = _KINDS["." + name.rpartition(".")[2]]
        file = Response(self._files[name], headers=_HEADERS, media_type=kind)
        return conditional(http, file)

    async def _snapshot_id(self) -> str:
        return (await self._asking.snapshot()).id

    async def _of_one_snapshot(self, make: Callable[[str], Awaitable[_Made]]) -> _Made:
        """Make it of one state: where a newer one came between its queries, once more."""
        self._visits += 1
        try:
            before = await self._snapshot_id()
            made = await make(before)
            for _ in range(_ATTEMPTS):
                now = await self._snapshot_id()
                if now == before:
                    break
                before, made = now, await make(now)
            return made
        finally:
            self._visits -= 1

    async def _ask_ahead(self, choice: Choice) -> None:
        """Ask what a page asks, and render it: the templates are compiled the first time."""
        await page(self._one_by_one, choice, snapshot=await self._snapshot_id())

    async def _one_by_one(self, sql: str, params: dict[str, str]) -> list[dict[str, Any]]:
        async with self._one_ahead:
            while self._visits:
                await asyncio.sleep(_POLL_SECONDS)
            return await self._asking.rows(sql, params)

    def _refused(self, http: HttpRequest) -> Response | None:
        if not settings.project_vars()["analytics"]["enabled"]:
            return _html(render("empty.html", sentence=f"{DISABLED}."), 404)
        try:
            self._access.check_browser(http.headers)
            self._access.check_password(credentials(http.headers, http.url.query))
        except QueryError as error:
            return _failed(error)
        return None


def _html(text: str, status: int = 200) -> Response:
    return HTMLResponse(text, status, _HEADERS)


def _failed(error: QueryError) -> Response:
    status = 200 if error.code == _NO_BUILD else http_status(error.code)
    response = _html(render("empty.html", sentence=error.message), status)
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="tokenhouse"'
    return response
