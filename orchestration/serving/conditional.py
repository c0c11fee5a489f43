"""Answers of the page and the endpoints: kept by browsers, sent again only when they changed."""

import gzip
import hashlib

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

__all__ = ["conditional"]

_WORTH_PACKING = 1024
_LEVEL = 6
_KEPT = ("Cache-Control", "ETag", "Vary", "X-Content-Type-Options", "Cross-Origin-Resource-Policy")


def conditional(http: HttpRequest, response: Response, seconds: int = 0) -> Response:
    """Return an answer that a browser may keep, packed if it can be unpacked there.

    Parameters
    ----------
    http : Request
        The request.
    response : Response
        The whole answer; errors are returned as they are.
    seconds : int
        How long it is shown without asking again; 0 to ask each time whether it changed.
    """
    if response.status_code != 200:
        return response
    body = bytes(response.body)
    # Weak: the same answer may be sent packed and as it is.
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    kept = f"max-age={seconds}" if seconds else "no-cache"
    response.headers.update(
        {"ETag": tag, "Cache-Control": f"private, {kept}", "Vary": "Accept-Encoding"}
    )
    known = [one.strip() for one in http.headers.get("if-none-match", "").split(",")]
    if tag in known or tag.removeprefix("W/") in known or "*" in known:
        headers = {name: response.headers[name] for name in _KEPT if name in response.headers}
        return Response(status_code=304, headers=headers)
    if len(body) >= _WORTH_PACKING and _takes_gzip(http.headers.get("accept-encoding", "")):
        response.body = gzip.compress(body, _LEVEL, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(len(response.body))
    return response


def _takes_gzip(accepted: str) -> bool:
    """Return whether a header Accept-Encoding has gzip, and not with the weight 0."""
    for one in accepted.split(","):
        name, _, weight = one.strip().lower().partition(";")
        if name.strip() in ("gzip", "*"):
            value = weight.strip().removeprefix("q=")
            return value.strip("0.") != "" if weight else True
    return False
