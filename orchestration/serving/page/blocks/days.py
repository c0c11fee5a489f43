"""Cost, calls or tokens of each day, stacked as the reader chose, with the forecast of cost."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from orchestration.serving.page.chart import day_chart
from orchestration.serving.page.choice import SPLITS, Choice
from orchestration.serving.page.figures import day, dollars, number
from orchestration.serving.page.filtering import DAILY_FILTER, TOKENS, daily_costs

__all__ = ["queries", "show"]

Rows = list[dict[str, Any]]

_MEASURES = {"cost": "sum(cost_usd)", "calls": "sum(call_count)", "tokens": TOKENS}
_WORDS = {"cost": "spent", "calls": "made", "tokens": "used"}
_MOST = 6
_ODD_METRICS = {"cost": "cost_usd", "calls": "call_count", "tokens": "total_tokens"}
_ODD = """
    select first_date, last_date, direction, explanation
    from mart_metric_anomalies
    where
        scope_id = {scope:String} and metric = '%s'
        and last_date >= {first:Date} and first_date <= {last:Date}
    order by first_date, direction
    limit 20
"""
_FORECAST = """
    select date, forecast, lo_80, hi_80
    from mart_cost_forecasts
    where
        series_kind = 'total' and metric = 'cost_usd' and date > {last:Date}
        and forecast is not null
    order by date
    limit 30
"""


def queries(choice: Choice) -> dict[str, str]:
    """Return the queries of the chart; the forecast is of the cost of everything."""
    parts = _parts(daily_costs(choice), _MEASURES[choice.measure], SPLITS[choice.split])
    has_forecast = choice.measure == "cost" and not choice.filters
    asked = {"parts": parts}
    if has_forecast:
        asked["forecast"] = _FORECAST
    if choice.scope:
        asked["odd"] = _ODD % _ODD_METRICS[choice.measure]
    if choice.earlier:
        asked["earlier"] = _earlier(daily_costs(choice), _MEASURES[choice.measure])
    return asked


def _earlier(table: str, measure: str) -> str:
    """Return the query of an earlier period of the same length, on the days of this one."""
    return f"""
        select addDays(date, {{shift:Int32}}) as shown_date, {measure} as amount
        from {table}
        where
            date >= {{earlier:Date}} and date <= addDays({{last:Date}}, -{{shift:Int32}})
            and {DAILY_FILTER}
        group by shown_date
        order by shown_date
    """


def _parts(table: str, measure: str, column: str) -> str:
    """Return the query of the largest parts of each day; the others together have no name."""
    period = f"date between {{first:Date}} and {{last:Date}} and {DAILY_FILTER}"
    return f"""
        with

        largest as (

            select toString({column}) as part
            from {table}
            where {period}
            group by part
            order by {measure} desc, part
            limit {_MOST}

        )

        select
            date,
            if(toString({column}) in (select largest.part from largest), toString({column}), null)
                as part_name,
            {measure} as amount
        from {table}
        where {period}
        group by date, part_name
        order by date, part_name
    """


def show(choice: Choice, last: date, answers: Mapping[str, Rows]) -> dict[str, Any]:
    """Return what the chart, its legend and its table show."""
    first = last - timedelta(days=choice.days - 1)
    rows = answers["parts"]
    forecast, odd = answers.get("forecast", []), answers.get("odd", [])
    sums: dict[str | None, float] = {}
    totals: dict[str, float] = {}
    for row in rows:
        amount = float(row["amount"] or 0)
        sums[row["part_name"]] = sums.get(row["part_name"], 0.0) + amount
        totals[row["date"]] = totals.get(row["date"], 0.0) + amount
    # The largest lies at the bottom; the others on top.
    names = sorted(sums, key=lambda name: (name is None, -sums[name], name or ""))
    total = sum(sums.values())
    shown = dollars if choice.measure == "cost" else number
    return {
        "chart": day_chart(
            first,
            last,
            rows,
            names,
            forecast=forecast,
            earlier=answers.get("earlier", []),
            odd=odd,
        ),
        "odd": odd,
        "parts": [
            {
                "name": name,
                "order": 7 if name is None else place,
                "amount": shown(sums[name]),
                "share": 100 * sums[name] / total if total else 0.0,
            }
            for place, name in enumerate(names, 1)
        ],
        "measures": [
            (name, choice.url(measure=name, order=choice.order), name == choice.measure)
            for name in _MEASURES
        ],
        "splits": [
            (name, choice.url(split=name, order=choice.order), name == choice.split)
            for name in SPLITS
        ],
        "shown": shown,
        "forecast": forecast,
        "has_forecast": "forecast" in answers,
        "caption": _caption(choice, total, totals, shown, has_forecast=bool(forecast))
        + _compared(choice, answers.get("earlier", []), shown),
    }


def _caption(
    choice: Choice, total: float, totals: dict[str, float], shown: Any, *, has_forecast: bool
) -> str:
    if not totals:
        return "Nothing was spent in this period."
    top = max(totals, key=lambda at: totals[at])
    what = "" if choice.measure == "cost" else f" {choice.measure}"
    dashed = " The dashed line is the forecast, with its 80% interval." if has_forecast else ""
    return (
        f"{shown(total)}{what} {_WORDS[choice.measure]} in {choice.days} days, "
        f"{shown(total / choice.days)} a day; most on {day(top)}: {shown(totals[top])}.{dashed}"
    )


def _compared(choice: Choice, rows: Rows, shown: Any) -> str:
    """Say what the line of the earlier period is."""
    if not choice.earlier:
        return ""
    amount = sum(float(row["amount"] or 0) for row in rows)
    return f" The thin line is the {choice.days} days from {day(choice.earlier)}: {shown(amount)}."
