"""The chart of cost per day, drawn as SVG: it shows without scripts, on paper and in mail."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

__all__ = ["CostChart", "cost_chart", "labelled_days", "scale"]

_WIDTH, _HEIGHT = 1000, 240
_LEFT, _TOP, _BOTTOM = 60, 12, 28
_STEPS = (1, 2, 2.5, 5, 10)
_TICKS = 4


@dataclass(frozen=True)
class CostChart:
    """What the template draws.

    Attributes
    ----------
    bars, ticks, labels : list of dict
        Places and texts.
    line, band : str
        Points of the forecast and of its interval.
    width, height : int
        Of the drawing.
    """

    bars: list[dict[str, Any]]
    ticks: list[dict[str, Any]]
    labels: list[dict[str, Any]]
    line: str
    band: str
    width: int = _WIDTH
    height: int = _HEIGHT


def cost_chart(
    first: date, last: date, days: list[dict[str, Any]], forecast: list[dict[str, Any]]
) -> CostChart:
    """Place the days and the forecast.

    Parameters
    ----------
    first, last : date
        The period; a day without a row cost nothing.
    days, forecast : list of dict
        Rows of the queries of these names.
    """
    costs = {date.fromisoformat(row["date"]): float(row["cost_usd"]) for row in days}
    ahead = forecast[: max(7, (last - first).days // 3)]
    count = (last - first).days + 1 + len(ahead)
    highest = max([*costs.values(), *(float(row["hi_80"] or 0) for row in ahead), 0.0])
    top, ticks = scale(highest)
    step = (_WIDTH - _LEFT) / count

    def x(at: date) -> float:
        return _LEFT + step * (at - first).days

    def y(value: float) -> float:
        return round(_HEIGHT - _BOTTOM - (_HEIGHT - _BOTTOM - _TOP) * value / top, 1)

    every = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    bars = [
        {
            "x": round(x(at) + step * 0.1, 1),
            "y": y(costs.get(at, 0.0)),
            "width": round(step * 0.8, 1),
            "height": round(y(0) - y(costs.get(at, 0.0)), 1),
            "date": at,
            "cost_usd": costs.get(at, 0.0),
        }
        for at in every
    ]
    points = [(round(x(date.fromisoformat(row["date"])) + step / 2, 1), row) for row in ahead]
    upper = [f"{place},{y(float(row['hi_80'] or row['forecast']))}" for place, row in points]
    lower = [f"{place},{y(float(row['lo_80'] or row['forecast']))}" for place, row in points]
    return CostChart(
        bars=bars,
        ticks=[{"y": y(value), "value": value} for value in ticks],
        labels=[{"x": round(x(at) + step / 2, 1), "date": at} for at in labelled_days(every)],
        line=" ".join(f"{place},{y(float(row['forecast']))}" for place, row in points),
        band=" ".join([*upper, *reversed(lower)]),
    )


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
