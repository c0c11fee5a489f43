"""Answer what is sent to the endpoints, where ``--accept`` allows it."""

import asyncio
import json
import sys
from typing import Any

from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response

from orchestration.serving.accepting import leave, moment_now, parsed
from orchestration.serving.access import Access
from orchestration.serving.errors import QueryError
from orchestration.serving.writables import EXPORT, WRITABLES

__all__ = ["Writing"]

_DENIED = 497
_WRONG_FORMAT = 415
_TOO_LONG = 413
_BAD_INPUT = 2
_EXPORT_SECONDS = 120


class Writing:
    """Takes records and export requests.

    Parameters
    ----------
    access : Access
        Who may ask.
    longest : int
        Of a body, in bytes.
    """

    def __init__(self, access: Access, longest: int):
        self._access = access
        self._longest = longest
        self._found = {(one.path, one.method): one for one in (*WRITABLES, EXPORT)}
        # One at a time: each is a process of its own.
        self._exporting = asyncio.Lock()

    def methods(self, path: str) -> list[str]:
        """Return the methods of a path, beyond GET."""
        return [method for one, method in self._found if one == path]

    def paths(self) -> list[str]:
        """Return the paths."""
        return list(dict.fromkeys(path for path, _ in self._found))

    async def answer(self, path: str, http: HttpRequest, headers: dict[str, str]) -> Response:
        """Answer a request whose path and method are known, and whose password was checked.

        Raises
        ------
        QueryError
            If it comes from nowhere: without a password a page of our own has to send it.
        WrongParameterError
            If its body is not valid.
        """
        if not self._access.password and not http.headers.get("origin"):
            raise QueryError(
                _DENIED,
                "Sending needs a token: start the server with --password-file, and send "
                "`Authorization: Bearer PASSWORD`.",
            )
        writable = self._found[(path, http.method)]
        body: Any = {}
        if writable.fields:
            kind = http.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind != "application/json":
                return _error(_WRONG_FORMAT, "The body has to be application/json.", headers)
            content = b""
            async for chunk in http.stream():
                content += chunk
                if len(content) > self._longest:
                    longest = f"The body is longer than {self._longest:,} bytes."
                    return _error(_TOO_LONG, longest, headers)
            body = writable.checked(parsed(content))
        if writable is EXPORT:
            return await self._export(body, headers)
        record = writable.record(body, http.path_params, moment_now())
        name = await asyncio.to_thread(leave, writable.file, record)
        return JSONResponse({"success": True, "accepted": name}, 202, headers)

    async def _export(self, body: dict[str, Any], headers: dict[str, str]) -> Response:
        async with self._exporting:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "orchestration.exporting.posted",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
            )
            try:
                given = json.dumps(body).encode()
                said, _ = await asyncio.wait_for(process.communicate(given), _EXPORT_SECONDS)
            except TimeoutError:
                said = b""
            finally:
                if process.returncode is None:
                    process.kill()
        try:
            answer = json.loads(said)
        except ValueError:
            return _error(500, "The export failed: `tokenhouse export` says why.", headers)
        status = {0: 200, _BAD_INPUT: 422}.get(process.returncode or 0, 503)
        return JSONResponse(answer, status, headers)


def _error(status: int, message: str, headers: dict[str, str]) -> Response:
    return JSONResponse({"error": message}, status, headers)
