"""The company's files, and what its sources share: days, dice and ids."""

import gzip
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from orchestration.demo.arrivals import DAY_MS, Window
from orchestration.demo.company.truth import Span, Truth

__all__ = ["HOUR_MS", "MINUTE_MS", "File", "Setting", "json_lines", "new_uuid", "office_ms"]

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS


class File(NamedTuple):
    """A file to be written."""

    path: Path
    content: bytes


@dataclass(frozen=True)
class Setting:
    """What every source of the company starts from.

    Attributes
    ----------
    seed : int
        The demo's seed.
    window : Window
        The days of the logs.
    scale : float
        Factor on how much is logged.
    truth : Truth
        Where it is written down.
    """

    seed: int
    window: Window
    scale: float
    truth: Truth

    def dice(self, name: str) -> Random:
        """Return randomness of this name; that of one source never moves another's."""
        return Random(f"{self.seed}|company|{name}")

    def day(self, share: float) -> int:
        """Return the weekday at, or just before, a share of the window."""
        day = min(int(share * self.window.days), self.window.days - 1)
        weekday = (self.window.first_day.toordinal() + day + 6) % 7
        return max(0, day - max(0, weekday - 4))

    def span_of(self, first_day: int, days: int = 1) -> Span:
        """Return the span of some days of the window."""
        start = self.window.day_start_ms(first_day)
        return start, start + days * DAY_MS

    def count(self, number: float, at_least: int = 1) -> int:
        """Return a number at this scale."""
        return max(at_least, round(number * self.scale))


def office_ms(dice: Random) -> int:
    """Return a moment of a day between 7 and 19 o'clock, in milliseconds."""
    return round(dice.triangular(7, 19, 11) * HOUR_MS)


def new_uuid(dice: Random) -> str:
    """Return a random UUID."""
    digits = f"{dice.getrandbits(128):032x}"
    digits = f"{digits[:12]}4{digits[13:16]}8{digits[17:]}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def json_lines(path: Path, records: Iterable[dict[str, Any]]) -> File:
    """Return a file of records, one a line, compressed if the path says so."""
    text = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()
    if path.suffix != ".gz":
        return File(path, text)
    packed = io.BytesIO()
    # Without name and time in the header the same records are the same bytes.
    with gzip.GzipFile("", "wb", 6, packed, mtime=0) as file:
        file.write(text)
    return File(path, packed.getvalue())
