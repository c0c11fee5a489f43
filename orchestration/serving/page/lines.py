"""Lines per day as SVG; a day without a value is a gap."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from orchestration.serving.page.chart import labelled_days, placed_label, scale

__all__ = ["line_chart", "spark_line"]

WIDTH, HEIGHT = 500, 170
SPARK_WIDTH, SPARK_HEIGHT = 84, 18
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 8, 10, 24
# The units of time, each from twice its length on.
_UNITS = ((3_600_000, "h"), (60_000, "min"), (1000, "s"))


def line_chart(
    first: date,
    last: date,
    rows: Sequence[dict[str, Any]],
    columns: tuple[str, ...],
    unit: str = "ms",
) -> dict[str, Any]:
    """Place one line per column.

    Parameters
    ----------
    first, last : date
        The period.
    rows : sequence of dict
        One per day, with ``date`` and the columns.
    columns : tuple of str
        What is drawn, the most important first.
    unit : str
        Of the values; milliseconds are drawn in the largest unit that suits them.
    """
    by_day = {date.fromisoformat(row["date"]): row for row in rows}
    values = [float(row[name]) for row in rows for name in columns if row[name] is not None]
    highest = max(values, default=0.0)
    length, name_of_unit = 1, f" {unit}" if unit == "ms" else unit
    if unit == "ms":
        longer = ((size, f" {name}") for size, name in _UNITS if highest >= 2 * size)
        length, name_of_unit = next(longer, (length, name_of_unit))
    top, ticks = scale(highest / length)
    count = (last - first).days + 1
    step = (WIDTH - _LEFT - _RIGHT) / count
    every = [date.fromordinal(first.toordinal() + number) for number in range(count)]

    def point(number: int, value: Any) -> str:
        x = _LEFT + step * (number + 0.5)
        return f"{x:.1f},{_y(float(value) / length, top):.1f}"

    lines = []
    for name in columns:
        pieces: list[list[str]] = [[]]
        for number, at in enumerate(every):
            value = by_day.get(at, {}).get(name)
            if value is None:
                pieces.append([])
            else:
                pieces[-1].append(point(number, value))
        lines.append((name, [piece for piece in pieces if piece]))
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "lines": lines,
        "unit": name_of_unit,
        "ticks": [{"y": _y(value, top), "value": value} for value in ticks],
        "labels": [
            placed_label(at, round(_LEFT + step * ((at - first).days + 0.5), 1), _LEFT, WIDTH)
            for at in labelled_days(every)[::2]
        ],
    }


def spark_line(first: date, days: int, amounts: Mapping[str, float]) -> str:
    """Return the points of a small line of the days; a day without a row is zero.

    Parameters
    ----------
    first : date
        The first day.
    days : int
        How many there are.
    amounts : mapping of str to float
        By day.
    """
    every = [(first + timedelta(days=number)).isoformat() for number in range(days)]
    highest = max(amounts.values(), default=0.0) or 1.0
    step = SPARK_WIDTH / max(1, days - 1)
    height = SPARK_HEIGHT - 2
    return " ".join(
        f"{step * number:.1f},{1 + height * (1 - amounts.get(at, 0.0) / highest):.1f}"
        for number, at in enumerate(every)
    )


def _y(value: float, top: float) -> float:
    return round(HEIGHT - _BOTTOM - (HEIGHT - _BOTTOM - _TOP) * value / top, 1)
