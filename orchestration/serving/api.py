"""The documents' endpoints over HTTP: JSON, one shape of errors."""

import json
from collections.abc import Awaitable, Callable, Mapping
from importlib.metadata import version
from typing import Any

from starlette.requests import Request as HttpRequest
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from orchestration import settings
from orchestration.exporting.ledger import ExpiredError, find
from orchestration.serving.access import Access
from orchestration.serving.asking import Asking
from orchestration.serving.conditional import conditional
from orchestration.serving.endpoints import (
    ENDPOINTS,
    Endpoint,
    NotFoundError,
    WrongParameterError,
)
from orchestration.serving.errors import QueryError, http_status
from orchestration.serving.openapi import openapi
from orchestration.serving.paths import REST
from orchestration.serving.requests import Credentials, credentials
from orchestration.serving.writing import Writing

__all__ = ["DISABLED", "api_routes", "bearer_or_basic"]

DISABLED = "analytics is disabled"
"""What is answered where the var ``analytics`` says so."""

_NO_BUILD = 210
_METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "HEAD", "QUERY"]
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def api_routes(asking: Asking, access: Access, writing: Writing | None = None) -> list[Route]:
    """Return the routes of ``/api``.

    Parameters
    ----------
    asking : Asking
        What answers queries.
    access : Access
        Who may ask.
    writing : Writing, optional
        What takes records; nothing is taken without it.
    """
    routes = [_route(endpoint, asking, access, writing) for endpoint in ENDPOINTS]
    if writing:
        known = {endpoint.path for endpoint in ENDPOINTS}
        routes += [
            _only_written(path, access, writing) for path in writing.paths() if path not in known
        ]
    routes.append(
        Route(f"/api/analytics/download/{{export_id:{REST}}}", _download(access), methods=_METHODS)
    )

    async def description(http: HttpRequest) -> Response:
        return _guarded(http, access) or JSONResponse(
            openapi(version("tokenhouse"), accepts=writing is not None), headers=_HEADERS
        )

    async def unknown(http: HttpRequest) -> Response:
        return _guarded(http, access) or _error(404, "There is no such endpoint.")

    return [
        *routes,
        Route("/api/openapi.json", description, methods=["GET"]),
        Route(f"/api/{{path:{REST}}}", unknown, methods=_METHODS),
    ]


def bearer_or_basic(headers: Mapping[str, str], query: str) -> Credentials:
    """Return the credentials of a request of an endpoint, where the password may be a token.

    Parameters
    ----------
    headers : mapping of str to str
        Headers of the request.
    query : str
        The URL behind the question mark.
    """
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return Credentials(password=token.strip(), is_given=True)
    return credentials(headers, query)


def _route(endpoint: Endpoint, asking: Asking, access: Access, writing: Writing | None) -> Route:
    more = writing.methods(endpoint.path) if writing else []
    answers = settings.project_vars()["serving_answers"]
    seconds = answers["kept_seconds"] if endpoint.is_kept else 0

    async def answer(http: HttpRequest) -> Response:
        if refused := _guarded(http, access) or _wrong_method(http, "GET", *more):
            return refused
        if writing and http.method in more:
            return await _written(endpoint.path, http, writing)
        return conditional(http, await _read(endpoint, http, asking), seconds)

    return Route(_of_any_id(endpoint.path), answer, methods=_METHODS)


async def _read(endpoint: Endpoint, http: HttpRequest, asking: Asking) -> Response:
    try:
        bound = endpoint.bound({**http.query_params, **http.path_params})
        shaped = endpoint.shape(await asking.rows(endpoint.sql, bound))
    except NotFoundError as error:
        return _error(404, str(error))
    except WrongParameterError as error:
        return _error(422, str(error), field=error.name, allowed=error.allowed)
    except json.JSONDecodeError:
        return _error(500, "The marts have no JSON to answer with: run `tokenhouse build`.")
    except QueryError as error:
        # Nothing built yet, or a mart that this build did not make.
        status = 503 if error.code == _NO_BUILD else http_status(error.code)
        return _error(status, error.message)
    response: Response = (
        Response(shaped, headers=_HEADERS, media_type=endpoint.media_type)
        if isinstance(shaped, str)
        else JSONResponse(shaped, headers=_HEADERS)
    )
    if endpoint.file_name:
        response.headers["Content-Disposition"] = f'attachment; filename="{endpoint.file_name}"'
    return response


def _only_written(path: str, access: Access, writing: Writing) -> Route:
    methods = writing.methods(path)

    async def answer(http: HttpRequest) -> Response:
        if refused := _guarded(http, access) or _wrong_method(http, *methods):
            return refused
        return await _written(path, http, writing)

    return Route(_of_any_id(path), answer, methods=_METHODS)


async def _written(path: str, http: HttpRequest, writing: Writing) -> Response:
    try:
        return await writing.answer(path, http, _HEADERS)
    except WrongParameterError as error:
        return _error(422, str(error), field=error.name, allowed=error.allowed)
    except QueryError as error:
        return _error(http_status(error.code), error.message)
    except OSError as error:
        return _error(503, f"The landing directory cannot be written: {error.strerror}.")


def _of_any_id(path: str) -> str:
    """Return a path as a route has it: ids of others may have slashes in them."""
    return path.replace("}", f":{REST}}}")


def _download(access: Access) -> Callable[[HttpRequest], Awaitable[Response]]:
    async def answer(http: HttpRequest) -> Response:
        if refused := _guarded(http, access) or _wrong_method(http, "GET"):
            return refused
        try:
            found = find(http.path_params["export_id"])
        except ExpiredError as error:
            return _error(410, str(error))
        if found is None:
            return _error(404, "There is no such export.")
        entry, path = found
        return FileResponse(path, headers=_HEADERS, filename=entry.file_name)

    return answer


def _wrong_method(http: HttpRequest, *allowed: str) -> Response | None:
    if http.method in allowed:
        return None
    response = _error(405, f"{http.method} is not supported here: use {' or '.join(allowed)}.")
    response.headers["Allow"] = ", ".join(allowed)
    return response


def _guarded(http: HttpRequest, access: Access) -> Response | None:
    if not settings.project_vars()["analytics"]["enabled"]:
        return _error(404, DISABLED)
    try:
        access.check_browser(http.headers)
        access.check_password(bearer_or_basic(http.headers, http.url.query))
    except QueryError as error:
        response = _error(http_status(error.code), error.message)
        if response.status_code == 401:
            response.headers["WWW-Authenticate"] = 'Basic realm="tokenhouse"'
        return response
    return None


def _error(status: int, message: str, **details: Any) -> Response:
    body = json.dumps({"error": message, **details}, default=str)
    return Response(body, status, _HEADERS, media_type="application/json")
