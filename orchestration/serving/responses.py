"""What a client gets: the result with ClickHouse's headers, compressed as it asks."""

import json
import mmap
import secrets
import string
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from orchestration.serving.blocks import pack
from orchestration.serving.engine import Answer
from orchestration.serving.errors import QueryError, http_status
from orchestration.serving.limits import KEEP_ALIVE_SECONDS
from orchestration.serving.native import with_version

__all__ = [
    "SERVER_NAME",
    "body_of",
    "content_encoding",
    "error_headers",
    "headers_of",
    "status_of",
]

SERVER_NAME = "tokenhouse"

_CHUNK_BYTES = 256 * 1024
_TEXT = {
    "csv": "text/csv; charset=UTF-8; header=absent",
    "csvwithnames": "text/csv; charset=UTF-8; header=present",
    "csvwithnamesandtypes": "text/csv; charset=UTF-8; header=present",
    "xml": "application/xml; charset=UTF-8",
    "markdown": "text/markdown; charset=UTF-8",
}
_BINARY = (
    *("arrow", "avro", "bson", "hash", "msgpack", "native", "npy", "odbc", "orc", "parquet"),
    *("rawblob", "rowbinary"),
)
_ENCODINGS = ("zstd", "lz4", "gzip", "deflate")
_TAG_LETTERS = 16
_FAST = 3


def headers_of(answer: Answer, format_name: str, query_id: str) -> dict[str, str]:
    """Return the headers of a result.

    Parameters
    ----------
    answer : Answer
        What the engine answered.
    format_name : str
        The format of the result.
    query_id : str
        The client's, or a new one.
    """
    summary = {
        "read_rows": answer.read_rows,
        "read_bytes": answer.read_bytes,
        "written_rows": 0,
        "written_bytes": 0,
        "total_rows_to_read": answer.read_rows,
        "result_rows": answer.rows,
        "result_bytes": answer.file.stat().st_size,
        "elapsed_ns": answer.elapsed_ns,
    }
    return {
        "Content-Type": _content_type(format_name.lower()),
        "X-ClickHouse-Format": format_name,
        "X-ClickHouse-Summary": json.dumps({name: str(value) for name, value in summary.items()}),
        **common_headers(query_id),
    }


def common_headers(query_id: str) -> dict[str, str]:
    """Return the headers of every answer.

    Parameters
    ----------
    query_id : str
        The client's, or a new one.
    """
    return {
        "X-ClickHouse-Query-Id": query_id,
        "X-ClickHouse-Timezone": "UTC",
        "X-ClickHouse-Server-Display-Name": SERVER_NAME,
        "X-ClickHouse-Exception-Tag": "".join(
            secrets.choice(string.ascii_lowercase) for _ in range(_TAG_LETTERS)
        ),
        "Keep-Alive": f"timeout={KEEP_ALIVE_SECONDS}",
        # Nobody is to guess that a result is a page, or to read it from another one.
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }


def error_headers(error: QueryError, query_id: str) -> dict[str, str]:
    """Return the headers of an error.

    Parameters
    ----------
    error : QueryError
        The error.
    query_id : str
        The client's, or a new one.
    """
    headers = {
        "Content-Type": "text/plain; charset=UTF-8",
        "X-ClickHouse-Exception-Code": str(error.code),
        **common_headers(query_id),
    }
    if error.code == 194:
        headers["WWW-Authenticate"] = 'Basic realm="ClickHouse server HTTP API"'
    if error.code == 202:
        headers["Retry-After"] = "5"
    return headers


def status_of(error: QueryError) -> int:
    """Return the HTTP status of an error."""
    return http_status(error.code)


def content_encoding(accepted: str) -> str:
    """Return the encoding of an answer.

    Parameters
    ----------
    accepted : str
        The header Accept-Encoding.

    Returns
    -------
    str
        The best that the client takes; empty for none.
    """
    offers = {}
    for part in accepted.lower().split(","):
        name, _, weight = part.strip().partition(";")
        offers[name.strip()] = weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return next((name for name in _ENCODINGS if offers.get(name)), "")


def body_of(
    file: Path, *, format_name: str, version: int, blocks: bool, encoding: str
) -> Iterator[bytes]:
    """Read a result as it is sent, piece by piece.

    Parameters
    ----------
    file : Path
        The result.
    format_name : str
        Its format.
    version : int
        The protocol version that the client named; 0 for none.
    blocks : bool
        Whether to send ClickHouse's compressed blocks.
    encoding : str
        How to encode it for HTTP; empty for not at all.
    """
    if version and format_name.lower() == "native":
        chunks = _gathered(_versioned(file, version))
    else:
        chunks = _read(file)
    if blocks:
        chunks = pack(chunks)
    yield from _encoded(chunks, encoding) if encoding else chunks


def _read(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while chunk := opened.read(_CHUNK_BYTES):
            yield chunk


def _versioned(file: Path, version: int) -> Iterator[bytes]:
    if not file.stat().st_size:
        return
    with (
        file.open("rb") as opened,
        mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as mapped,
    ):
        yield from with_version(mapped, version)


def _gathered(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Join small pieces."""
    buffer = bytearray()
    for piece in pieces:
        buffer += piece
        if len(buffer) >= _CHUNK_BYTES:
            yield bytes(buffer)
            buffer.clear()
    if buffer:
        yield bytes(buffer)


def _encoded(chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    compressor, flush = _compressor(encoding)
    for chunk in chunks:
        if data := compressor(chunk):
            yield data
    yield flush()


def _compressor(encoding: str) -> tuple[Any, Any]:
    if encoding in ("gzip", "deflate"):
        window = zlib.MAX_WBITS | (16 if encoding == "gzip" else 0)
        deflate = zlib.compressobj(_FAST, wbits=window)
        return deflate.compress, deflate.flush
    if encoding == "zstd":
        from backports import zstd

        compress = zstd.ZstdCompressor(level=_FAST)
        return compress.compress, compress.flush
    import lz4.frame

    frame = lz4.frame.LZ4FrameCompressor()
    begun = [frame.begin()]
    return lambda chunk: (begun.pop() if begun else b"") + frame.compress(chunk), (
        lambda: (begun.pop() if begun else b"") + frame.flush()
    )


def _content_type(format_name: str) -> str:
    if format_name in _TEXT:
        return _TEXT[format_name]
    if format_name.startswith(_BINARY):
        return "application/octet-stream"
    if format_name.startswith(("json", "prettyjson", "ndjson")):
        lines = "eachrow" in format_name or "lines" in format_name or format_name == "ndjson"
        return f"application/{'x-ndjson' if lines else 'json'}; charset=UTF-8"
    if format_name.startswith(("tabseparated", "tsv", "raw")):
        return "text/tab-separated-values; charset=UTF-8"
    return "text/plain; charset=UTF-8"
