"""Numbers as people and spreadsheets write them, for what is computed before it is loaded.

The models read such texts by the macro ``readable_number``; a test holds the two together.
"""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

__all__ = ["as_number"]

_GAP = "[ \u00a0\u202f\u2009'\u2019_]"
_IN_BRACKETS = re.compile(r"^\s*\((.+)\)\s*$")
_DOLLARS = re.compile(
    r"^\s*([-+]?)\s*(?:US\$|USD|\$)?\s*([-+]?.*?)\s*(?:US\$|USD|\$)?\s*$", re.IGNORECASE | re.ASCII
)
_GROUPED_BY_GAPS = re.compile(rf"[-+]?\d{{1,3}}(?:{_GAP}\d{{3}})+(?:[.,]\d+)?", re.ASCII)
_PLAIN = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)
_GROUPED_BY_COMMAS = re.compile(r"[-+]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?", re.ASCII)
_GROUPED_BY_POINTS = re.compile(r"[-+]?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+(?:[eE][-+]?\d+)?", re.ASCII)
_MOST_DIGITS = 38
# A thousand, or one and a fraction.
_TWO_WAYS = {
    True: re.compile(r"[-+]?[1-9]\d{0,2}\.\d{3}", re.ASCII),
    False: re.compile(r"[-+]?[1-9]\d{0,2},\d{3}", re.ASCII),
}


def as_number(value: Any, *, is_count: bool = False) -> Decimal | None:
    """Return a number, exactly.

    Parameters
    ----------
    value : object
        A number, or a text: `1,000,000`, `$0.50`, `0,50`, `1.25E-4`.
    is_count : bool
        Whether whole numbers are expected: `1,234` is a thousand then, and `1.234` open.

    Returns
    -------
    Decimal or None
        None for what is none, is not finite, or can be read in two ways.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str):
        value = _plain(value, is_count)
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    # What has more digits than anything that is counted or paid only makes arithmetic fail.
    return number if number.is_finite() and number.adjusted() < _MOST_DIGITS else None


def _plain(text: str, is_count: bool) -> str:
    in_brackets = _IN_BRACKETS.match(text)
    found = _DOLLARS.match(f"-{in_brackets[1]}" if in_brackets else text)
    if not found:
        return ""
    bare = found[1] + found[2]
    if _GROUPED_BY_GAPS.fullmatch(bare):
        bare = re.sub(_GAP, "", bare)
    if _TWO_WAYS[is_count].fullmatch(bare):
        return ""
    if _PLAIN.fullmatch(bare):
        return bare
    if _GROUPED_BY_COMMAS.fullmatch(bare):
        return bare.replace(",", "")
    if _GROUPED_BY_POINTS.fullmatch(bare):
        return bare.replace(".", "").replace(",", ".")
    return bare.replace(",", ".") if _DECIMAL_COMMA.fullmatch(bare) else ""
