"""Figures as people read them. Unknown is a word, and never zero."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

__all__ = [
    "change",
    "day",
    "dollars",
    "duration",
    "moment",
    "number",
    "share",
    "signed_dollars",
    "trend",
]

_UNKNOWN = "unknown"
_CENT = Decimal("0.01")
_MINUTE_MS, _HOUR_MS = 60_000, 3_600_000
_NOTABLE = 10


def dollars(value: Any, decimals: int = 2) -> str:
    """Return an amount: cents, or as many decimals as are asked for, and six below one cent."""
    if value is None:
        return _UNKNOWN
    amount = Decimal(str(value))
    sign = "\u2212" if amount < 0 else ""
    shown = 6 if 0 < abs(amount) < _CENT else decimals
    return f"{sign}${abs(amount):,.{shown}f}"


def signed_dollars(value: Any) -> str:
    """Return a change of an amount, with its sign."""
    text = dollars(value)
    return text if value is None or float(value) <= 0 else f"+{text}"


def number(value: Any) -> str:
    """Return a count."""
    return _UNKNOWN if value is None else f"{int(value):,}"


def share(part: Any, whole: Any) -> str:
    """Return a part of a whole as a percentage."""
    if part is None or not whole:
        return _UNKNOWN
    return f"{100 * float(part) / float(whole):.1f}%"


def duration(milliseconds: Any) -> str:
    """Return a length of time."""
    if milliseconds is None:
        return _UNKNOWN
    length = float(milliseconds)
    if length < 1000:
        return f"{length:.0f} ms"
    if length < _MINUTE_MS:
        return f"{length / 1000:.1f} s"
    if length < _HOUR_MS:
        return f"{length / _MINUTE_MS:.1f} min"
    return f"{length / _HOUR_MS:.1f} h"


def change(now: Any, before: Any, *, is_more_bad: bool | None) -> dict[str, str]:
    """Return how a figure changed: in words, with the arrow, and as good, bad or neither.

    Parameters
    ----------
    now, before : number
        The figure in this period, and in the one before.
    is_more_bad : bool or None
        Whether more of it is bad; None where it is neither.
    """
    if now is None or not before:
        return {"arrow": "", "text": "nothing to compare with", "mood": "neutral"}
    percent = 100 * (float(now) / float(before) - 1)
    if round(abs(percent)) == 0:
        return {"arrow": "", "text": "as before", "mood": "neutral"}
    is_more = percent > 0
    mood = "neutral"
    if is_more_bad is not None and abs(percent) >= _NOTABLE:
        mood = "bad" if is_more == is_more_bad else "good"
    words = "more" if is_more else "less"
    return {"arrow": "▲" if is_more else "▼", "text": f"{abs(percent):.0f}% {words}", "mood": mood}


def trend(row: dict[str, Any]) -> dict[str, str]:
    """Return a change that the warehouse has tested, in words and as good, bad or neither.

    Parameters
    ----------
    row : dict
        Row of ``mart_trends``.
    """
    percent = row["change_pct"]
    if percent is None:
        return {"arrow": "", "text": "nothing to compare with", "mood": "neutral"}
    if round(abs(percent)) == 0:
        return {"arrow": "", "text": "as before", "mood": "neutral"}
    words = "more" if percent > 0 else "less"
    chance = ""
    if row["p_value"] is not None:
        chance = ", beyond chance" if row["is_beyond_chance"] else ", within chance"
    mood = "neutral"
    if row["is_good"] is not None and abs(percent) >= _NOTABLE and chance != ", within chance":
        mood = "good" if row["is_good"] else "bad"
    arrow = "▲" if percent > 0 else "▼"
    return {"arrow": arrow, "text": f"{abs(percent):.0f}% {words}{chance}", "mood": mood}


def moment(value: Any) -> str:
    """Return a moment, in UTC."""
    if not value:
        return _UNKNOWN
    at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return f"{at.replace(tzinfo=at.tzinfo or UTC):%a %d %b %Y, %H:%M}"


def day(value: Any) -> str:
    """Return a day."""
    if not value:
        return _UNKNOWN
    at = value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
    return f"{at:%a %d %b}"
