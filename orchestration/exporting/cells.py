"""Values as text of a spreadsheet."""

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

__all__ = ["cell", "rounded", "without_formulas"]

# What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
# The opening quote of such a text, where all texts are quoted. Within a text every quote is
# doubled, and numbers have none.
_QUOTED_FORMULA = re.compile(rb'(?:(?<=[,\n])|\A)"(?=[=+\-@\t\r])(?!\r?\n)')


def cell(value: Any, *, formulas: bool = False) -> str:
    """Return a value as the text of a cell.

    Parameters
    ----------
    value : Any
        Unknown is empty; a number is its shortest text; a text that would be run as a formula gets
        a leading apostrophe.
    formulas : bool
        Whether such a text stays as it is.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float | Decimal):
        text = format(Decimal(str(value)), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, datetime | date):
        return value.isoformat()
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) and not formulas else text


def without_formulas(lines: bytes) -> bytes:
    """Return lines of CSV, as the engine writes them, in which no text begins a formula.

    Parameters
    ----------
    lines : bytes
        Whole lines; every text is quoted.
    """
    return _QUOTED_FORMULA.sub(b"\"'", lines)


def rounded(value: float | Decimal | None, decimals: int) -> Decimal | None:
    """Round as people do, half away from zero; unknown stays unknown."""
    if value is None:
        return None
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
