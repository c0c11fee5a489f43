"""A request of ClickHouse's HTTP protocol, read into what it asks for."""

import base64
import binascii
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from typing import cast
from urllib.parse import parse_qsl

from backports import zstd

from orchestration.serving.blocks import unpack
from orchestration.serving.errors import QueryError

__all__ = ["PARAMETER", "Credentials", "Request", "credentials", "read_request"]

# Parameters of the transport; every other one is a setting.
_TRANSPORT = {
    *("query", "database", "default_format", "query_id", "session_id", "session_timeout"),
    *("session_check", "close_session", "user", "password", "quota_key", "role", "compress"),
    *("decompress", "enable_http_compression", "wait_end_of_query", "buffer_size", "stacktrace"),
    *("client_protocol_version", "add_http_cors_header", "send_progress_in_http_headers"),
    *("http_headers_progress_interval_ms", "cancel_http_readonly_queries_on_client_close"),
    *("output_format", "http_write_exception_in_output_format"),
}
PARAMETER = "param_"
_LONGEST_ID = 256
_TABLE_PART = re.compile(r".+_(?:format|structure|types)")
_TOO_LARGE, _NOT_IMPLEMENTED, _CANNOT_DECOMPRESS, _BAD_ARGUMENTS = 229, 48, 271, 36


@dataclass(frozen=True)
class Credentials:
    """Who asks, as they say themselves.

    Attributes
    ----------
    user, password : str
        Empty if not given.
    is_given : bool
        Whether there were any.
    """

    user: str = ""
    password: str = ""
    is_given: bool = False


@dataclass
class Request:
    """What a request asks for.

    Attributes
    ----------
    sql : str
        The statement, from the URL and the body.
    names : dict of str to str
        Parameters of the transport.
    settings : dict of str to str
        Settings, as the client wrote them.
    params : dict of str to str
        Values of the query's parameters.
    """

    sql: str
    names: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    params: dict[str, str] = field(default_factory=dict)

    def is_on(self, name: str) -> bool:
        """Return whether a parameter of the transport is switched on."""
        return self.names.get(name, "0") not in ("", "0", "false")

    def number(self, name: str, default: int = 0) -> int:
        """Return a parameter of the transport that is a number."""
        text = self.names.get(name) or str(default)
        if not text.isdecimal():
            raise QueryError(_BAD_ARGUMENTS, f"The parameter {name} is {text!r}; it is a number.")
        return int(text)


def credentials(headers: Mapping[str, str], query: str) -> Credentials:
    """Return the credentials of a request: Basic, ClickHouse's headers, or the URL.

    Parameters
    ----------
    headers : mapping of str to str
        Headers of the request.
    query : str
        The URL behind the question mark.

    Raises
    ------
    QueryError
        If they cannot be read.
    """
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            user, _, password = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            raise QueryError(516, "The header Authorization cannot be read.") from None
        return Credentials(user, password, is_given=True)
    if scheme:
        raise QueryError(516, f"Authorization by {scheme} is not supported here: use Basic.")
    if "x-clickhouse-user" in headers or "x-clickhouse-key" in headers:
        user, key = headers.get("x-clickhouse-user", ""), headers.get("x-clickhouse-key", "")
        return Credentials(user, key, is_given=True)
    names = dict(parse_qsl(query, keep_blank_values=True))
    is_given = "user" in names or "password" in names
    return Credentials(names.get("user", ""), names.get("password", ""), is_given)


def read_request(
    headers: Mapping[str, str], query: str, body: bytes, largest_bytes: int
) -> Request:
    """Read what a request asks for.

    Parameters
    ----------
    headers : mapping of str to str
        Headers of the request.
    query : str
        The URL behind the question mark.
    body : bytes
        The body, as it was sent.
    largest_bytes : int
        How long a body may be, also when it is decompressed.

    Raises
    ------
    QueryError
        If it is too long or cannot be read.
    """
    pairs = parse_qsl(query, keep_blank_values=True, errors="replace")
    body = _decompressed(body, headers.get("content-encoding", ""), largest_bytes)
    if dict(pairs).get("decompress", "0") not in ("", "0"):
        body = unpack(body, largest_bytes)
    parts = [value for name, value in pairs if name == "query"]
    if headers.get("content-type", "").lower().startswith("multipart/form-data"):
        fields = _form(headers["content-type"], body)
        parts += [value for name, value in fields if name == "query"]
        pairs += [(name, value) for name, value in fields if name != "query"]
    elif body:
        parts.append(_text(body))
    request = Request("\n".join(part for part in parts if part))
    for name, value in pairs:
        if name.startswith(PARAMETER):
            request.params[name.removeprefix(PARAMETER)] = value
        elif name in _TRANSPORT:
            request.names[name] = value
        else:
            request.settings[name] = value
    for header, name in (
        ("x-clickhouse-database", "database"),
        ("x-clickhouse-format", "default_format"),
        ("x-clickhouse-query-id", "query_id"),
    ):
        if headers.get(header):
            request.names.setdefault(name, headers[header])
    query_id = request.names.get("query_id", "")
    # The answer's header repeats it, and so does the log.
    if not (query_id.isascii() and query_id.isprintable() and len(query_id) <= _LONGEST_ID):
        raise QueryError(
            _BAD_ARGUMENTS,
            f"A query_id is of at most {_LONGEST_ID} ASCII characters that can be printed.",
        )
    return request


def _decompressed(body: bytes, encoding: str, largest: int) -> bytes:
    try:
        match encoding.lower().strip():
            case "" | "identity":
                plain = body
            case "gzip" | "x-gzip":
                plain = _limited(zlib.decompressobj(31), body, largest)
            case "deflate":
                plain = _limited(zlib.decompressobj(), body, largest)
            case "zstd":
                plain = zstd.ZstdDecompressor().decompress(body, largest + 1)
            case "lz4":
                plain = _lz4(body, largest)
            case other:
                raise QueryError(
                    _NOT_IMPLEMENTED,
                    f"A body in the encoding {other} is not supported: send gzip, deflate, zstd or "
                    "lz4, or a plain one.",
                )
    except QueryError:
        raise
    except (OSError, EOFError, ValueError, RuntimeError, zlib.error, zstd.ZstdError) as error:
        raise QueryError(
            _CANNOT_DECOMPRESS, f"The body is not {encoding}: {error}", "CANNOT_DECOMPRESS"
        ) from error
    if len(plain) > largest:
        raise QueryError(_TOO_LARGE, f"The body is longer than {largest:,} bytes.")
    return plain


def _limited(decompressor: "zlib._Decompress", body: bytes, largest: int) -> bytes:
    return decompressor.decompress(body, largest + 1)


def _lz4(body: bytes, largest: int) -> bytes:
    """Decompress frames, of which there may be several, one after the other."""
    import lz4.frame

    plain = b""
    while body and len(plain) <= largest:
        frame = lz4.frame.LZ4FrameDecompressor()
        plain += frame.decompress(body, max_length=largest + 1)
        body = frame.unused_data or b""
    return plain


def _form(content_type: str, body: bytes) -> list[tuple[str, str]]:
    """Read the fields of a form."""
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    fields = []
    parts = BytesParser().parsebytes(head + body).get_payload()
    for part in cast(list[Message], parts if isinstance(parts, list) else []):
        name = str(part.get_param("name", "", header="content-disposition"))
        value = part.get_payload(decode=True)
        if part.get_filename() or _TABLE_PART.fullmatch(name):
            raise QueryError(_NOT_IMPLEMENTED, f"External tables are not supported here ({name}).")
        fields.append((name, _text(value if isinstance(value, bytes) else b"")))
    return fields


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise QueryError(_BAD_ARGUMENTS, "The body is not UTF-8 text.") from None
