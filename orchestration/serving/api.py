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


def api_routes(asking: Asking, access: Access) -> list[Route]:
    """Return the routes of ``/api``.

    Parameters
    ----------
    asking : Asking
        What answers queries.
    access : Access
        Who may ask.
    """
    routes = [_route(endpoint, asking, access) for endpoint in ENDPOINTS]
    routes.append(
        Route(f"/api/analytics/download/{{export_id:{REST}}}", _download(access), methods=_METHODS)
    )

    async def description(http: HttpRequest) -> Response:
        return _guarded(http, access) or JSONResponse(
            openapi(version("tokenhouse")), headers=_HEADERS
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


def _route(endpoint: Endpoint, asking: Asking, access: Access) -> Route:
    async def answer(http: HttpRequest) -> Response:
        if refused := _guarded(http, access) or _wrong_method(http):
            return refused
        try:
            bound = endpoint.bound({**http.query_params, **http.path_params})
            rows = await asking.rows(endpoint.sql, bound)
            shaped = endpoint.shape(rows)
            response: Response = (
                Response(shaped, headers=_HEADERS, media_type=endpoint.media_type)
                if isinstance(shaped, str)
                else JSONResponse(shaped, headers=_HEADERS)
            )
            if endpoint.file_name:
                saved = f'attachment; filename="{endpoint.file_name}"'
                response.headers["Content-Disposition"] = saved
            return response
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

    # Ids of others may have slashes in them.
    return Route(endpoint.path.replace("}", f":{REST}}}"), answer, methods=_METHODS)


def _download(access: Access) -> Callable[[HttpRequest], Awaitable[Response]]:
    async def answer(http: HttpRequest) -> Response:
        if refused := _guarded(http, access) or _wrong_method(http):
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


def _wrong_method(http: HttpRequest) -> Response | None:
    if http.method == "GET":
        return None
    response = _error(405, f"{http.method} is not supported here: use GET.")
    response.headers["Allow"] = "GET"
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
