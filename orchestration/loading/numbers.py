"""Numbers as people write them, checked by the same formula that the models read them with."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from orchestration import settings

__all__ = ["unreadable_number"]

_MACRO = "macros/parsing/readable_number.sql"
# What stands for no value in exports of data frames, databases and spreadsheets.
_NO_VALUE = ("", "nan", "null", "none", "na", "n/a", "-", "undefined", "inf", "-inf", "infinity")
_TWO_WAYS = r"^[-+]?[1-9]\\d{0,2}[.,]\\d{3}$"


def unreadable_number(values: Mapping[str, str], is_count: bool) -> str:
    """Return the expression of why the first value that is no number cannot be read.

    Parameters
    ----------
    values : mapping of str to str
        SQL expression of a column's text, by the column's name.
    is_count : bool
        Whether whole numbers are expected.

    Returns
    -------
    str
        SQL expression of the reason, '' where all values are numbers or missing.
    """
    if not values:
        return "''"
    pairs = ", ".join(f"('{name}', {value})" for name, value in values.items())
    words = ", ".join(f"'{word}'" for word in _NO_VALUE)
    readable = _macro().readable_number("pair.2", is_count=is_count)
    return (
        "arrayMap(bad -> if(bad.1 = '', '', concat(bad.1, "
        f"if(match(bad.2, '{_TWO_WAYS}'), ' can be read in two ways: ', ' is no number: '), "
        f"substring(bad.2, 1, 100))), [arrayFirst(pair -> lower(pair.2) not in ({words}) "
        f"and {readable} = '', [{pairs}])])[1]"
    )


@cache
def _macro() -> Any:
    """Return dbt's macro as a function: it is plain Jinja."""
    from jinja2 import Environment

    path = settings.project_dir() / _MACRO
    return Environment(autoescape=False).from_string(path.read_text(encoding="utf-8")).module
