"""Files that expand, or hold one endless record, and how much memory loading each takes."""

import gzip
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from backports import zstd

__all__ = ["BOMBS", "peak_megabytes", "try_bombs"]

_MEBIBYTE = 1 << 20
_LIMIT_MEGABYTES = 500


def _compressed(path: Path, piece: bytes, count: int) -> None:
    """Write a piece over and over, compressed by the path's suffix."""
    with (gzip.open if path.suffix == ".gz" else zstd.open)(path, "wb") as file:
        for _ in range(count):
            file.write(piece)


def _plain(path: Path, first: bytes, piece: bytes, count: int, last: bytes) -> None:
    with path.open("wb") as file:
        file.write(first)
        for _ in range(count):
            file.write(piece)
        file.write(last)


def _call(number: int, **more: object) -> bytes:
    record = {"call_id": f"c{number}", "called_at": "2026-01-01T00:00:00Z", "model": "gpt-4o"}
    return json.dumps(record | more).encode()


_ZEROS = bytes(_MEBIBYTE)
_LINES = b"".join(_call(number) + b"\n" for number in range(10_000))
_WIDE = "".join(f",c{number}" for number in range(100_000)).encode() + b"\n2026-01-01,m\n"
_OPEN, _CLOSE = _call(0)[:-1] + b', "input": "', b'"}\n'

BOMBS: dict[str, tuple[str, Callable[[Path], None]]] = {
    "1 GB of zeros as zstd": ("zeros.jsonl.zst", lambda p: _compressed(p, _ZEROS, 1_000)),
    "1 GB of zeros as gzip": ("zeros.jsonl.gz", lambda p: _compressed(p, _ZEROS, 1_000)),
    "80 MB of the same calls as zstd": (
        "lines.jsonl.zst",
        lambda p: _compressed(p, _LINES, 80),
    ),
    "a line of 300 MB": (
        "line.jsonl",
        lambda p: _plain(p, _OPEN, b"x" * _MEBIBYTE, 300, _CLOSE),
    ),
    "a line of 15 MB, which is loaded": (
        "loaded.jsonl",
        lambda p: _plain(p, _OPEN, b"x" * _MEBIBYTE, 15, _CLOSE),
    ),
    "an array of 100 MB in one line": (
        "array.json",
        lambda p: _plain(p, b"[", _call(1) + b",", 1_300_000, _call(2) + b"]"),
    ),
    "20 MB of opening brackets": (
        "brackets.json",
        lambda p: _plain(p, b"", b"[" * _MEBIBYTE, 20, b""),
    ),
    "CSV with a quote that never closes, 100 MB": (
        "quote.csv",
        lambda p: _plain(p, b'called_at,model\n2026-01-01,"', b"x" * 999 + b"\n", 100_000, b""),
    ),
    "CSV with 100,000 columns": (
        "wide.csv",
        lambda p: _plain(p, b"called_at,model", b"", 0, _WIDE),
    ),
    "500,000 empty lines of spaces, 100 MB": (
        "blanks.jsonl",
        lambda p: _plain(p, b"", b" " * 199 + b"\n", 500_000, b""),
    ),
}


def peak_megabytes(arguments: list[str], home: Path) -> tuple[float, int, str]:
    """Run a command of tokenhouse.

    Parameters
    ----------
    arguments : list of str
        The command.
    home : Path
        Its home.

    Returns
    -------
    tuple of float, int and str
        Its peak memory in megabytes, its exit code, and what it said.
    """
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            [str(Path(sys.executable).with_name("tokenhouse")), *arguments],
            env=os.environ | {"TOKENHOUSE_HOME": str(home)},
            stdout=said,
            stderr=said,
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        return used.ru_maxrss / 1000, process.returncode, said.read()


def try_bombs(folder: Path) -> Iterator[tuple[str, float, str, float, bool]]:
    """Load each of the bombs in a home of its own.

    Parameters
    ----------
    folder : Path
        Where files and homes go.

    Yields
    ------
    tuple
        Name, megabytes on disk, what became of it, peak memory, and whether that is bounded.
    """
    for name, (file_name, make) in BOMBS.items():
        path = folder / file_name
        path.parent.mkdir(parents=True, exist_ok=True)
        make(path)
        size = path.stat().st_size / 1e6
        peak, _, said = peak_megabytes(
            ["load", str(path), "--source", "generic_calls", "--format", "json"],
            folder / "homes" / file_name,
        )
        path.unlink()
        try:
            [file] = json.loads(said[said.index("{") :])["files"]
            became = f"{file['status']}, {file['loaded_rows']:,} rows"
        except (ValueError, KeyError):
            became = said.strip()[-120:]
        yield name, size, became, peak, peak <= _LIMIT_MEGABYTES
