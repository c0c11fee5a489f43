"""How many users an experiment needs, and how many days they take to come."""

import math
from dataclasses import dataclass
from datetime import date
from typing import Any

from orchestration import settings
from orchestration.errors import BadInputError

__all__ = ["METRICS", "Plan", "plan"]

# Kind of test, the mart, hits (or a sum), trials, and which rows: as `mart_comparisons` has them.
METRICS = {
    "success_share": (
        "share",
        "fct_evaluations",
        "countIf(score = 1)",
        "count(score)",
        "evaluation_kind = 'success'",
    ),
    "avg_rating": (
        "mean",
        "fct_evaluations",
        "sum(1 + 4 * score)",
        "count(score)",
        "evaluation_kind = 'rating'",
    ),
    "error_share": ("share", "fct_calls", "countIf(is_error)", "count()", "true"),
    "cost_per_message_usd": (
        "skewed",
        "fct_calls",
        "toFloat64(sum(cost_usd))",
        "count(cost_usd)",
        "true",
    ),
    "avg_latency_ms": (
        "skewed",
        "fct_calls",
        "sum(duration_ms)",
        "count(duration_ms)",
        "not is_run_level",
    ),
    "tokens_per_message": ("skewed", "fct_calls", "sum(total_tokens)", "count()", "true"),
}
_DAYS = {"fct_evaluations": "evaluated_date", "fct_calls": "called_date"}
_HORIZONS = (7, 14, 28, 56)


@dataclass(frozen=True)
class Plan:
    """What an experiment needs.

    Attributes
    ----------
    metric, unit, kind : str
        What is compared, on what, by which kind of test.
    value, spread : float
        Its value now, and the standard deviation that a unit adds (of a logarithm if skewed).
    min_effect : float
        The effect to be found.
    units : int
        Units of each variant.
    variants : int
        How many.
    seen_units, seen_days : int
        Units in the warehouse's last days, and how many days those are.
    days : int or None
        Days until enough units have come; None if they come too rarely to say.
    detectable : dict of int to float
        For some numbers of days, the smallest effect that would be found.
    """

    metric: str
    unit: str
    kind: str
    value: float
    spread: float
    min_effect: float
    units: int
    variants: int
    seen_units: int
    seen_days: int
    days: int | None
    detectable: dict[int, float]


def plan(
    client: Any,
    metric: str,
    min_effect: float,
    *,
    unit: str = "user",
    variants: int = 2,
    window_days: int = 90,
    workflow: str = "",
) -> Plan:
    """Plan an experiment from what the units of the last days came to.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse.
    metric : str
        One of `METRICS`.
    min_effect : float
        Smallest effect that matters: a difference of shares or stars, a share of skewed values.
    unit : str, optional
        ``user`` or ``conversation``: what will be randomised.
    variants : int, optional
        How many, the control included.
    window_days : int, optional
        Last days of the data that are looked at.
    workflow : str, optional
        Only this workflow.

    Raises
    ------
    BadInputError
        If there is not enough traffic to plan with.
    """
    rule = settings.project_vars()
    fewest = rule["comparison"]["min_units"]
    kind = METRICS[metric][0]
    units = _units(client, metric, unit, window_days, workflow)
    usable = [one for one in units if kind != "skewed" or one[0] > 0]
    if len(usable) < fewest:
        raise BadInputError(
            f"There are {len(usable)} {unit}s with {metric} in the last {window_days} days; at "
            f"least {fewest} are needed to plan with."
        )
    value, spread = _spread(kind, usable)
    effect = math.log1p(min_effect) if kind == "skewed" else min_effect
    factor = (rule["interval_z"] + rule["comparison"]["power_z"]) * spread
    needed = max(fewest, math.ceil(2 * (factor / effect) ** 2))
    days = sorted((one[2] for one in usable), reverse=True)
    length = (max(one[3] for one in usable) - min(days)).days + 1
    arrivals = _arrivals(usable, length)
    detectable = {}
    for horizon in _HORIZONS:
        a_side = _coming(arrivals, horizon) // variants
        if a_side >= fewest:
            found = factor * math.sqrt(2 / a_side)
            detectable[horizon] = math.expm1(found) if kind == "skewed" else found
    return Plan(
        metric=metric,
        unit=unit,
        kind=kind,
        value=value,
        spread=spread,
        min_effect=min_effect,
        units=needed,
        variants=variants,
        seen_units=len(usable),
        seen_days=length,
        days=_days_until(arrivals, needed * variants),
        detectable=detectable,
    )


Unit = tuple[float, float, date, date]
"""Hits or sum, trials, first and last day."""


def _units(client: Any, metric: str, unit: str, window_days: int, workflow: str) -> list[Unit]:
    _, mart, hits, trials, condition = METRICS[metric]
    day = _DAYS[mart]
    marts = settings.database("marts")
    rows = client.query(
        f"select toFloat64({hits}) as hits, toFloat64({trials}) as trials, "
        f"min({day}) as first_day, max({day}) as last_day from `{marts}`.{mart} "
        f"where {condition} and {unit}_id != '' "
        f"and {day} > (select max({day}) from `{marts}`.{mart}) - {{days:UInt32}} "
        "and ({workflow:String} = '' or workflow_id = {workflow:String}) "
        f"group by {unit}_id having trials > 0 order by hits, trials",
        parameters={"days": window_days, "workflow": workflow},
    ).result_rows
    return [tuple(row) for row in rows]


def _spread(kind: str, units: list[Unit]) -> tuple[float, float]:
    """Return the value, and the deviation by which one unit moves it."""
    count = len(units)
    if kind == "share":
        share = sum(one[0] for one in units) / sum(one[1] for one in units)
        trials = sum(one[1] for one in units) / count
        squares = sum((one[0] - share * one[1]) ** 2 for one in units)
        return share, math.sqrt(squares / (count - 1)) / trials
    means = [one[0] / one[1] for one in units]
    measured = [math.log(mean) for mean in means] if kind == "skewed" else means
    middle = sum(measured) / count
    deviation = math.sqrt(sum((one - middle) ** 2 for one in measured) / (count - 1))
    return sum(means) / count, deviation


def _arrivals(units: list[Unit], length: int) -> list[int]:
    """Return how many units were seen by the n-th day of the data."""
    first = min(one[2] for one in units)
    counts = [0] * length
    for one in units:
        counts[(one[2] - first).days] += 1
    return [sum(counts[: place + 1]) for place in range(length)]


def _coming(arrivals: list[int], days: int) -> int:
    """Return how many units come in so many days; beyond the data as many as in its second half."""
    if days <= len(arrivals):
        return arrivals[days - 1]
    half = len(arrivals) // 2
    daily = (arrivals[-1] - arrivals[half]) / max(1, len(arrivals) - 1 - half)
    return int(arrivals[-1] + daily * (days - len(arrivals)))


def _days_until(arrivals: list[int], units: int) -> int | None:
    for place, seen in enumerate(arrivals):
        if seen >= units:
            return place + 1
    half = len(arrivals) // 2
    daily = (arrivals[-1] - arrivals[half]) / max(1, len(arrivals) - 1 - half)
    return None if daily <= 0 else len(arrivals) + math.ceil((units - arrivals[-1]) / daily)
