"""Moments that generic logs give: which can be read, and which cannot be meant.

The rules stand in SQL, for a row at a time; the order of day and month is a file's.
"""

from enum import IntFlag
from functools import cache
from typing import Any

from orchestration.errors import BadInputError

__all__ = ["DateSigns", "date_signs", "epoch_problem", "moment_problem", "settled"]

# Seconds and milliseconds since 1970, in this century, are the numbers that name a moment.
_NUMBER = "^[-+]?[0-9.]+$"
_EPOCH = "^([0-9]{10}|[0-9]{13})([.][0-9]+)?$"
_TWO_ORDERS = "^([0-9]{1,2})[/-]([0-9]{1,2})[/-]([0-9]{4}|[0-9]{2})(?:[^0-9]|$)"
# Without a year, ClickHouse takes the one of the day it is read on; so it does for the year 0.
_YEAR = "(^|[^0-9.:])[0-9]{4}|^[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2}([^0-9]|$)"
_NO_YEAR = "(^|[^0-9.:+-])0000([^0-9]|$)|[/.-]0000([^0-9]|$)"
# What ClickHouse carries over into the next minute, hour or day.
_NO_CLOCK = (
    "(^|[T ])(2[5-9]|[3-9][0-9]):|(^|[T ])24:(0[1-9]|[1-5])|:(6[1-9]|[7-9][0-9])|"
    "[0-9]:60:|:[0-9]{2}([.][0-9]+)? ?[-+](1[5-9]|[2-9][0-9]):?[0-9]{2}$"
)
# A trace may count from its own begin, as benchmarks do: up to some days are no moment but a
# duration, and stay as they are. From there on, seconds and milliseconds are told apart.
_RELATIVE_S = 1_000_000


class DateSigns(IntFlag):
    """What a date like 03/04/2026 says of the order of day and month in its file."""

    DAY_FIRST = 1
    MONTH_FIRST = 2
    EITHER = 4


def settled(signs: DateSigns) -> str:
    """Return the order in which a file writes dates.

    Parameters
    ----------
    signs : DateSigns
        Those of all its rows.

    Returns
    -------
    str
        ``day_first`` or ``month_first``, by the days beyond the 12th; empty where there are none,
        or of both kinds.
    """
    order = signs & (DateSigns.DAY_FIRST | DateSigns.MONTH_FIRST)
    return {DateSigns.DAY_FIRST: "day_first", DateSigns.MONTH_FIRST: "month_first"}.get(order, "")


def date_signs(value: str) -> str:
    """Return the expression of the :class:`DateSigns` of a value.

    Parameters
    ----------
    value : str
        Expression of the text.

    Returns
    -------
    str
        Expression of a number; 0 for a date that reads in one way.
    """
    first, second = (f"toUInt8OrZero(extractGroups({value}, '{_TWO_ORDERS}')[{n}])" for n in (1, 2))
    return (
        f"if(match({value}, '{_TWO_ORDERS}'), multiIf("
        f"{first} > 12, {DateSigns.DAY_FIRST:d}, {second} > 12, {DateSigns.MONTH_FIRST:d}, "
        f"{first} = {second}, 0, {DateSigns.EITHER:d}), 0)"
    )


def moment_problem(name: str, value: str, date_order: str) -> list[str]:
    """Return the branches of a ``multiIf`` that say why a text is no moment that can be meant.

    Parameters
    ----------
    name : str
        The column.
    value : str
        Expression of its text; an empty one has no problem.
    date_order : str
        Expression of the order of day and month, ``day_first``, ``month_first`` or empty.

    Returns
    -------
    list of str
        Conditions and reasons in turn.
    """
    shown = f"substring({value}, 1, 100)"
    parsed = (
        f"if({date_order} = 'month_first', parseDateTime64BestEffortUSOrNull({value}, 6, 'UTC'), "
        f"parseDateTime64BestEffortOrNull({value}, 6, 'UTC'))"
    )
    is_number = f"match({value}, '{_NUMBER}')"
    against = (
        f"(({date_signs(value)} = {DateSigns.DAY_FIRST:d} and {date_order} = 'month_first') or "
        f"({date_signs(value)} = {DateSigns.MONTH_FIRST:d} and {date_order} = 'day_first'))"
    )
    return [
        f"{value} != '' and {is_number} and not match({value}, '{_EPOCH}')",
        f"concat('{name} is a bare number, which names no moment: ', {shown})",
        f"{value} != '' and not {is_number} and (not match({value}, '{_YEAR}') or "
        f"match({value}, '{_NO_YEAR}') or match({value}, '{_NO_CLOCK}') or isNull({parsed}))",
        f"concat('{name} is no timestamp: ', {shown})",
        f"{value} != '' and {against}",
        f"concat('{name} does not fit date_order=', {date_order}, ': ', {shown})",
        *_implausible(name, f"ifNull({parsed}, now64(6, 'UTC'))", shown, f"{value} != ''"),
    ]


def epoch_problem(name: str, value: str, unit: str) -> list[str]:
    """Return the same branches for a number that counts from 1970.

    Parameters
    ----------
    name : str
        The column.
    value : str
        Expression of its text; an empty one has no problem.
    unit : str
        ``s`` or ``ms``.

    Returns
    -------
    list of str
        Conditions and reasons in turn.
    """
    shown = f"substring({value}, 1, 100)"
    number = f"toFloat64OrNull({value})"
    seconds = f"ifNull({number}, 0) / {1000 if unit == 'ms' else 1}"
    moment = (
        f"fromUnixTimestamp64Milli(toInt64(least(greatest({seconds}, -1e9), 1e11) * 1000), 'UTC')"
    )
    other = {
        "ms": (f"{seconds} >= {_RELATIVE_S} and {seconds} < 1e8", "looks like seconds", "s"),
        "s": (f"{seconds} >= 1e11 and {seconds} < 1e14", "looks like milliseconds", "ms"),
    }[unit]
    return [
        f"{value} != '' and not ifNull(isFinite({number}), 0)",
        f"concat('{name} is no number: ', {shown})",
        f"{value} != '' and {other[0]}",
        f"concat('{name} {other[1]}, map it to called_at_{other[2]}: ', {shown})",
        *_implausible(
            name, moment, shown, f"{value} != '' and ({seconds} < 0 or {seconds} >= {_RELATIVE_S})"
        ),
    ]


def _implausible(name: str, moment: str, shown: str, condition: str) -> list[str]:
    first, days = _bounds()
    return [
        f"{condition} and {moment} < toDateTime64('{first}', 6, 'UTC')",
        f"concat('{name} is before {first}, when nobody logged such calls: ', {shown})",
        f"{condition} and {moment} > addDays(now64(6, 'UTC'), {days})",
        f"concat('{name} is more than {days} days ahead: ', {shown})",
    ]


@cache
def _bounds() -> tuple[str, int]:
    from orchestration.settings import project_vars

    bounds: Any = project_vars().get("plausible_times")
    try:
        return str(bounds["first_date"]), int(bounds["max_days_ahead"])
    except (LookupError, TypeError, ValueError) as error:
        raise BadInputError(
            "The var plausible_times in dbt_project.yml needs first_date and max_days_ahead."
        ) from error
