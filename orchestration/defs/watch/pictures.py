"""Pictures for the pages of assets, as SVG in Markdown: they need no server and no script."""

import base64
from collections.abc import Iterator
from datetime import date
from typing import Any

import dagster as dg

from orchestration.reporting.watch import Ask
from orchestration.serving.page.blocks import days
from orchestration.serving.page.choice import Choice
from orchestration.serving.page.queries import AS_OF
from orchestration.serving.page.render import render

__all__ = ["pictures"]

_DAYS = 90
_LABEL_WIDTH, _BAR_WIDTH, _TEXT_WIDTH, _ROW_HEIGHT = 260, 400, 340, 24

_ANOMALIES = """
    select
        concat(workflow_id, ' ', toString(toDate(ended_at))) as label,
        toFloat64(calibrated_anomaly_score) as value,
        concat(
            toString(round(value, 1)), ': ', substring(calibrated_anomaly_reason, 1, 48)
        ) as text,
        'fail' as status
    from run_analytics
    where is_calibrated_anomaly
    order by value desc, run_id
    limit 10
"""
_BUDGETS = """
    select
        concat(scope_kind, ' ', scope_key, ', ', period_kind) as label,
        toFloat64(progress_pct) as value,
        concat(
            toString(progress_pct), '% of ', toString(round(toFloat64(amount_usd), 2)), ' USD'
        ) as text,
        transform(colour, ['green', 'yellow', 'red'], ['good', 'warn', 'fail'], 'good') as status
    from mart_budgets
    where is_current and progress_pct is not null
    order by value desc, budget_id
    limit 20
"""
_ACCURACY = """
    select
        concat(metric, ', to ', toString(cutoff_date)) as label,
        argMax(mase / least(naive_mase, seasonal_naive_mase), fitted_at) as value,
        concat(
            toString(round(value, 2)), ' of the naive error: ', argMax(method, fitted_at)
        ) as text,
        if(argMax(is_published, fitted_at), 'good', 'fail') as status
    from {ml:Identifier}.forecast_choices
    where mase is not null
    group by metric, cutoff_date
    order by metric, cutoff_date desc
    limit 10 by metric
"""


def pictures(ask: Ask) -> Iterator[tuple[str, dg.MetadataValue]]:
    """Yield the pictures of the warehouse as it is now, each with the mart that it is of.

    Parameters
    ----------
    ask : callable
        Asks queries on the marts.
    """
    if chart := _cost(ask):
        yield "daily_costs", chart
    for table, sql in (
        ("run_analytics", _ANOMALIES),
        ("mart_budgets", _BUDGETS),
        ("mart_forecast_accuracy", _ACCURACY),
    ):
        if rows := ask(sql, {}):
            yield table, _bars(rows, table)


def _cost(ask: Ask) -> dg.MetadataValue | None:
    """Draw the cost of each day, and the forecast with its interval, as the page does."""
    (as_of,) = ask(AS_OF, {})
    if not as_of["call_count"] or not as_of["last_date"]:
        return None
    last = date.fromisoformat(as_of["last_date"])
    choice = Choice(period=str(_DAYS), days=_DAYS)
    params = choice.params(last)
    answers = {
        name: ask(sql, {key: params[key] for key in params if f"{{{key}:" in sql})
        for name, sql in days.queries(choice).items()
    }
    shown = days.show(choice, last, answers)
    chart = shown["chart"]
    return _markdown(
        shown["caption"],
        chart=chart,
        shown=shown["shown"],
        sign="$",
        rows=[],
        width=chart.width,
        height=chart.height,
    )


def _bars(rows: list[dict[str, Any]], title: str) -> dg.MetadataValue:
    longest = max((float(row["value"]) for row in rows), default=0.0) or 1.0
    placed = [row | {"width": round(_BAR_WIDTH * float(row["value"]) / longest, 1)} for row in rows]
    return _markdown(
        title,
        chart=None,
        rows=placed,
        width=_LABEL_WIDTH + _BAR_WIDTH + _TEXT_WIDTH,
        height=_ROW_HEIGHT * (len(rows) + 1),
    )


def _markdown(title: str, **shown: Any) -> dg.MetadataValue:
    svg = render("picture.svg", label_width=_LABEL_WIDTH, bar_width=_BAR_WIDTH, **shown)
    encoded = base64.b64encode(svg.encode()).decode()
    return dg.MetadataValue.md(f"![{title}](data:image/svg+xml;base64,{encoded})")
