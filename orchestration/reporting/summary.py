"""Summary of the marts, for the terminal."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from orchestration import settings
from orchestration.reporting.condition import issue_counts
from orchestration.reporting.marts import Marts
from orchestration.reporting.tables import Table, usd

__all__ = ["Summary", "Table", "summarize", "summary_as_json", "summary_from_json", "usd"]

_ADVICE = 4
_SEVERITIES = ("critical", "major", "minor", "warning")


@dataclass
class Summary:
    """A summary of the warehouse.

    Attributes
    ----------
    facts : list of tuple of str and str
        Name and value of each fact of one line.
    tables : list of Table
        Tables; none is empty.
    advice : list of str
        Commands for the next steps, each with its purpose.
    issues : tuple of int
        How many logged values could not be believed, and how many rows and lines count nowhere.
    """

    facts: list[tuple[str, str]] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    advice: list[str] = field(default_factory=list)
    issues: tuple[int, int] = (0, 0)


def summarize(client: Any) -> Summary:
    """Read a summary of everything that is loaded from the marts.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse.

    Returns
    -------
    Summary
        Without calls, or where a mart is missing, only advice.
    """
    from clickhouse_connect.driver.exceptions import DatabaseError

    try:
        return _summary(client)
    except DatabaseError as error:
        if "UNKNOWN_TABLE" not in str(error):
            raise
        # The first build failed on the way.
        return Summary(
            advice=["tokenhouse build    build the marts, of which some do not exist yet"]
        )


def _summary(client: Any) -> Summary:
    if not client.command(f"exists table `{settings.database('marts')}`.run_analytics"):
        return Summary(advice=["tokenhouse build    build the marts, which do not exist yet"])
    marts = Marts(client)
    totals = marts.totals()
    issues = issue_counts(client) or (0, 0)
    if not totals["calls"]:
        uncounted = marts.uncounted_records()
        return Summary(
            facts=[("calls", "0")],
            tables=[uncounted] if uncounted.rows else [],
            advice=["tokenhouse run PATH    load logs with model calls; none are loaded yet"],
            issues=issues,
        )
    projection = marts.projection()
    summary = Summary(
        facts=[
            *_total_facts(totals),
            *_projection_facts(projection),
            *_judgement_facts(marts),
            *_issue_facts(issues),
        ],
        issues=issues,
    )
    tables = [
        marts.attention(),
        marts.costs_by("source"),
        marts.costs_by("model"),
        marts.costs_by("workflow_id", title="workflow"),
        marts.budgets(),
        marts.cost_changes(),
        marts.unpriced_models(),
        marts.outliers(),
        marts.open_episodes(),
        marts.injected_faults(),
        marts.rejected_lines(),
        marts.uncounted_records(),
    ]
    summary.tables = [table for table in tables if table.rows]
    summary.advice = _advice(
        {table.title for table in summary.tables},
        is_forecast=projection is not None and not projection["is_mean"],
    )
    return summary


def summary_as_json(client: Any) -> str:
    """Return the summary, for another process.

    Parameters
    ----------
    client : clickhouse_connect.driver.client.Client
        Client on the warehouse.

    Returns
    -------
    str
        JSON on one line, for :func:`summary_from_json`.
    """
    return json.dumps(asdict(summarize(client)))


def summary_from_json(text: str) -> Summary:
    """Return the summary that another process made.

    Parameters
    ----------
    text : str
        As :func:`summary_as_json` returned it.

    Returns
    -------
    Summary
        The same.
    """
    parts = json.loads(text)
    return Summary(
        facts=[(name, value) for name, value in parts["facts"]],
        tables=[
            Table(table["title"], tuple(table["header"]), [tuple(row) for row in table["rows"]])
            for table in parts["tables"]
        ],
        advice=parts["advice"],
        issues=tuple(parts["issues"]),
    )


def _total_facts(totals: dict[str, Any]) -> list[tuple[str, str]]:
    calls = totals["calls"]
    missing = calls - totals["reported"] - totals["computed"]
    sources = [
        f"{count / calls:.1%} {name}"
        for name, count in (
            ("reported by the source", totals["reported"]),
            ("computed from prices", totals["computed"]),
            ("missing", missing),
        )
        if count
    ]
    return [
        ("period", f"{totals['first_date']} to {totals['last_date']} (UTC)"),
        ("runs", f"{totals['runs']:,} of {totals['workflows']:,} workflows"),
        ("calls", f"{calls:,}"),
        ("tokens", f"{totals['input_tokens']:,} input, {totals['output_tokens']:,} output"),
        ("cost", f"{totals['cost_usd']:,.4f} USD"),
        ("cost of calls", ", ".join(sources)),
    ]


def _judgement_facts(marts: Marts) -> list[tuple[str, str]]:
    flagged = marts.anomalies()
    alerts = marts.alerts()
    active = [f"{alerts[name]} {name}" for name in _SEVERITIES if alerts.get(name)]
    return [
        (
            "anomalous runs",
            f"{flagged['calibrated']:,} (by the documents' rule {flagged['documents']:,})",
        ),
        ("active alerts", ", ".join(active) or "none"),
    ]


def _issue_facts(issues: tuple[int, int]) -> list[tuple[str, str]]:
    if not any(issues):
        return []
    return [("data issues", f"{issues[0]:,} values unknown, {issues[1]:,} rows quarantined")]


def _projection_facts(projection: dict[str, Any] | None) -> list[tuple[str, str]]:
    if projection is None:
        return []
    amount = f"{usd(projection['usd'])} USD"
    if projection["is_mean"]:
        return [("next 30 days", f"{amount} if costs stay at the mean of the last 30")]
    bounds = [usd(projection[name], projection["usd"]) for name in ("lo_80_usd", "hi_80_usd")]
    return [
        (
            "next 30 days",
            f"{amount} (80% interval {bounds[0]} to {bounds[1]}); trend {projection['trend']}",
        )
    ]


def _advice(titles: set[str], *, is_forecast: bool) -> list[str]:
    """Return the next steps, those about findings first."""
    marts = settings.database("marts")
    raw = settings.database("raw")
    advice = []
    if "Models without a price" in titles:
        advice.append("tokenhouse prices import FILE    import prices for models without one")
    if "Rejected lines" in titles:
        advice.append(
            f'tokenhouse query "select * from {raw}.rejected_lines limit 20"    '
            "rejected lines and the reasons"
        )
    if "Loaded, and counted nowhere" in titles:
        advice.append(
            f'tokenhouse query "select * from {marts}.mart_uncounted_records"    '
            "what was loaded and holds no call that is known"
        )
    if "Runs that cost most above comparable runs" in titles:
        advice.append(
            f'tokenhouse query "select run_id, documents_cost_explanation '
            f'from {marts}.run_analytics where is_documents_cost_outlier"    all cost outliers'
        )
    if not is_forecast:
        advice.append(
            "tokenhouse forecast --warehouse    forecast the next 30 days, with intervals"
        )
    advice += [
        f'tokenhouse query "select date, sum(cost_usd) from {marts}.daily_costs group by date '
        'order by date"    cost by day',
        "tokenhouse doctor    what is loaded and what is stale",
    ]
    return advice[:_ADVICE]
