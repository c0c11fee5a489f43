"""The chart of the days, drawn as SVG: it shows without scripts, on paper and in mail."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

__all__ = ["DayChart", "day_chart", "labelled_days", "placed_label", "scale"]

_WIDTH, _HEIGHT = 1000, 240
_LEFT, _TOP, _BOTTOM = 60, 12, 28
_STEPS = (1, 2, 2.5, 5, 10)
_TICKS = 4
# Of a day's label on a narrow screen, where texts are larger.
_HALF_LABEL = 90
# The colour of what is not among the largest.
_OTHERS = 7


@dataclass(frozen=True)
class DayChart:
    """What the template draws.

    Attributes
    ----------
    days, ticks, labels : list of dict
        Places and texts.
    line, band : str
        Points of the forecast and of its interval.
    earlier : str
        Points of an earlier period.
    marks : list of dict
        Days that are odd.
    width, height : int
        Of the drawing.
    """

    days: list[dict[str, Any]]
    ticks: list[dict[str, Any]]
    labels: list[dict[str, Any]]
    line: str
    band: str
    earlier: str
    marks: list[dict[str, Any]]
    width: int = _WIDTH
    height: int = _HEIGHT


def day_chart(
    first: date,
    last: date,
    parts: list[dict[str, Any]],
    names: list[str | None],
    *,
    forecast: list[dict[str, Any]],
    earlier: list[dict[str, Any]],
    odd: list[dict[str, Any]],
) -> DayChart:
    """Place the days, each a stack of its parts, and the forecast.

    Parameters
    ----------
    first, last : date
        The period; a day without a row is empty.
    parts : list of dict
        ``date``, ``part_name`` and ``amount``.
    names : list of str or None
        The parts from the bottom to the top; None for all others.
    forecast : list of dict
        ``date``, ``forecast``, ``lo_80`` and ``hi_80``.
    earlier : list of dict
        ``shown_date``, on which a day of an earlier period is shown, and ``amount``.
    odd : list of dict
        ``first_date``, ``last_date``, ``direction`` and ``explanation``.
    """
    amounts: dict[date, dict[str | None, float]] = {}
    for row in parts:
        at = date.fromisoformat(row["date"])
        amounts.setdefault(at, {})[row["part_name"]] = float(row["amount"] or 0)
    ahead = forecast[: max(7, (last - first).days // 3)]
    every = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    highest = max(
        [
            *(sum(stack.values()) for stack in amounts.values()),
            *(float(row["hi_80"] or 0) for row in ahead),
            *(float(row["amount"] or 0) for row in earlier),
            0.0,
        ]
    )
    top, ticks = scale(highest)
    step = (_WIDTH - _LEFT) / (len(every) + len(ahead))

    def x(at: date) -> float:
        return _LEFT + step * (at - first).days

    def y(value: float) -> float:
        return round(_HEIGHT - _BOTTOM - (_HEIGHT - _BOTTOM - _TOP) * value / top, 1)

    before = {date.fromisoformat(row["shown_date"]): float(row["amount"] or 0) for row in earlier}
    points = [(round(x(date.fromisoformat(row["date"])) + step / 2, 1), row) for row in ahead]
    upper = [f"{place},{y(float(row['hi_80'] or row['forecast']))}" for place, row in points]
    lower = [f"{place},{y(float(row['lo_80'] or row['forecast']))}" for place, row in points]
    return DayChart(
        days=[
            {
                "date": at,
                "amount": sum(amounts.get(at, {}).values()),
                "amounts": [amounts.get(at, {}).get(name, 0.0) for name in names],
                "x": round(x(at) + step * 0.1, 1),
                "width": round(step * 0.8, 1),
                "rects": list(_stacked(amounts.get(at, {}), names, y)),
            }
            for at in every
        ],
        ticks=[{"y": y(value), "value": value} for value in ticks],
        labels=[
            placed_label(at, round(x(at) + step / 2, 1), _LEFT, _WIDTH)
            for at in labelled_days(every)
        ],
        line=" ".join(f"{place},{y(float(row['forecast']))}" for place, row in points),
        band=" ".join([*upper, *reversed(lower)]),
        earlier=" ".join(
            f"{round(x(at) + step / 2, 1)},{y(before.get(at, 0.0))}" for at in every if before
        ),
        marks=[
            {
                "x": round(x(at) + step / 2, 1),
                "y": max(y(sum(amounts.get(at, {}).values())) - 4, _TOP),
                "sign": "▲" if row["direction"] == "up" else "▼",
                "explanation": row["explanation"],
            }
            for row in odd
            for at in every
            if row["first_date"] <= at.isoformat() <= row["last_date"]
        ],
    )


def _stacked(
    stack: dict[str | None, float], names: list[str | None], y: Callable[[float], float]
) -> Iterator[dict[str, Any]]:
    """Yield the rectangles of a day, from the bottom to the top."""
    below = 0.0
    for place, name in enumerate(names, 1):
        amount = stack.get(name, 0.0)
        if amount > 0:
            upper = y(below + amount)
            yield {
                "order": _OTHERS if name is None else place,
                "y": upper,
                "height": round(y(below) - upper, 1),
            }
            below += amount


def placed_label(day: date, x: float, left: float, right: float) -> dict[str, Any]:
    """Return a day's label under its place: near an end it begins or ends there.

    Parameters
    ----------
    day : date
        The day.
    x, left, right : float
        Its place, and the ends of the axis.
    """
    if x - left < _HALF_LABEL:
        return {"date": day, "x": left, "anchor": "start"}
    if right - x < _HALF_LABEL:
        return {"date": day, "x": right, "anchor": "end"}
    return {"date": day, "x": x, "anchor": "middle"}


def labelled_days(days: list[date]) -> list[date]:
    """Return the days with a label: Mondays, or every second to fourth of them."""
    mondays = [at for at in days if at.weekday() == 0] or days[:1]
    return mondays[:: len(mondays) // 6 + 1]


def scale(highest: float) -> tuple[float, list[float]]:
    """Return the top of the axis and round values on it."""
    if highest <= 0:
        return 1.0, [0.0]
    rough = highest / _TICKS
    power = 10.0 ** (len(f"{rough:.0f}") - 1 if rough >= 1 else _below_one(rough))
    step = next(factor * power for factor in _STEPS if factor * power >= rough)
    ticks = [step * number for number in range(_TICKS + 1)]
    return ticks[-1], ticks


def _below_one(value: float) -> int:
    power = 0
    while 10.0**power > value:
        power -= 1
    return power
