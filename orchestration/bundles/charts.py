"""The charts of the ready dashboards, in the order of the page: each is one SELECT on a mart."""

from dataclasses import dataclass, field

__all__ = ["CHARTS", "Chart", "sql"]

_LATEST = "period_kind = 'last_30d' and scope_kind = "


@dataclass(frozen=True)
class Chart:
    """A chart.

    Attributes
    ----------
    name, title, description : str
        Its name in files, and what it says.
    kind : str
        ``number``, ``line``, ``bars`` or ``table``.
    mart : str
        What it reads.
    day : str
        The column of the day, of lines and bars.
    series : str
        The column that splits them; empty for none.
    metrics : dict of str to str
        What is drawn, by its name.
    columns : tuple of str
        What a table shows.
    where, order : str
        Condition, and order of a table.
    unit : str
        ``usd``, ``ms``, ``share`` or ``count``.
    width : int
        Of twelve columns.
    """

    name: str
    title: str
    description: str
    kind: str
    mart: str
    day: str = ""
    series: str = ""
    metrics: dict[str, str] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    where: str = ""
    order: str = ""
    unit: str = "count"
    width: int = 6


def sql(chart: Chart, day_filter: str = "") -> str:
    """Return the SELECT of a chart.

    Parameters
    ----------
    chart : Chart
        The chart.
    day_filter : str
        A further condition on the day, of lines and bars.
    """
    conditions = [part for part in (chart.where, day_filter if chart.day else "") if part]
    where = f" where {' and '.join(conditions)}" if conditions else ""
    metrics = ", ".join(f"{formula} as `{name}`" for name, formula in chart.metrics.items())
    if chart.kind == "table":
        order = f" order by {chart.order}" if chart.order else ""
        return f"select {', '.join(chart.columns)} from {chart.mart}{where}{order} limit 100"
    if chart.kind == "number":
        return f"select {metrics} from {chart.mart}{where}"
    # The alias is not the column's name: the condition is on the column.
    keys = [f"toDateTime({chart.day}, 'UTC') as time", *filter(None, [chart.series])]
    groups = ", ".join(["time", *filter(None, [chart.series])])
    return (
        f"select {', '.join(keys)}, {metrics} from {chart.mart}{where} "
        f"group by {groups} order by {groups}"
    )


CHARTS = (
    Chart(
        "attention",
        "What needs you",
        "At most five things, one per cause, the worst first.",
        "table",
        "v_attention",
        columns=("place", "severity", "subject", "title", "recommendation", "usd", "since_date"),
        order="place",
        width=12,
    ),
    Chart(
        "cost_30_days",
        "Cost of 30 days",
        "Of the last 30 complete days.",
        "number",
        "mart_period_metrics",
        metrics={"Cost": "sum(cost_usd)"},
        where=f"{_LATEST}'total'",
        unit="usd",
        width=4,
    ),
    Chart(
        "runs_30_days",
        "Runs of 30 days",
        "Of the last 30 complete days.",
        "number",
        "mart_period_metrics",
        metrics={"Runs": "sum(run_count)"},
        where=f"{_LATEST}'total'",
        width=4,
    ),
    Chart(
        "failed_runs_30_days",
        "Failed runs of 30 days",
        "Share of the runs that ended in the last 30 complete days.",
        "number",
        "mart_period_metrics",
        metrics={"Failed": "sum(failed_run_count) / nullIf(sum(finished_run_count), 0)"},
        where=f"{_LATEST}'total'",
        unit="share",
        width=4,
    ),
    Chart(
        "cost_per_day",
        "Cost per day, by model",
        "Complete days, in UTC.",
        "bars",
        "daily_costs",
        day="date",
        series="model",
        metrics={"Cost": "sum(cost_usd)"},
        unit="usd",
        width=8,
    ),
    Chart(
        "cost_forecast",
        "Expected cost per day",
        "With the interval that holds four days of five.",
        "line",
        "mart_cost_forecasts",
        day="date",
        metrics={
            "Expected": "sum(forecast)",
            "At least": "sum(lo_80)",
            "At most": "sum(hi_80)",
        },
        where="series_kind = 'total' and metric = 'cost_usd'",
        unit="usd",
        width=4,
    ),
    Chart(
        "budgets",
        "Budgets",
        "Of the current periods.",
        "table",
        "mart_budgets",
        columns=("scope_id", "amount_usd", "spent_usd", "progress_pct", "risk", "explanation"),
        where="is_current",
        order="progress_share desc",
    ),
    Chart(
        "cost_changes",
        "What changed",
        "The cost of the last 30 days against the 30 days before, by workflow and model.",
        "table",
        "mart_cost_changes",
        columns=("workflow_id", "model", "change_usd", "explanation"),
        where="scope_id = 'total' and period_kind = 'last_30d' and change_usd != 0",
        order="abs(change_usd) desc",
    ),
    Chart(
        "projects",
        "Projects",
        "The last 30 complete days.",
        "table",
        "mart_period_metrics",
        columns=("scope_key", "run_count", "cost_usd", "cost_share", "qa_pass_share"),
        where=f"{_LATEST}'project'",
        order="cost_usd desc",
    ),
    Chart(
        "durations",
        "Time of a run",
        "Half, and 95% of the runs of a day, took at most so long.",
        "line",
        "mart_daily_metrics",
        day="date",
        metrics={"Half": "max(p50_duration_ms)", "95%": "max(p95_duration_ms)"},
        where="scope_id = 'total'",
        unit="ms",
    ),
    Chart(
        "successes",
        "Successes per day",
        "Share of the verdicts of a day.",
        "line",
        "mart_daily_metrics",
        day="date",
        metrics={"Successes": "max(success_share)"},
        where="scope_id = 'total'",
        unit="share",
    ),
    Chart(
        "savings",
        "Savings",
        "What could be left out; nothing is counted twice.",
        "table",
        "mart_opportunities",
        columns=(
            *("opportunity_type", "workflow_id", "advised_model", "estimate_basis"),
            *("difficulty", "net_savings_usd"),
        ),
        order="net_savings_usd desc",
    ),
)
"""Twelve charts."""
