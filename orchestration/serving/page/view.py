"""From the answers of the queries to what the template shows."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from orchestration.serving.page.blocks import show_blocks
from orchestration.serving.page.choice import FILTERS, PAGE_ROWS, PERIODS, Choice
from orchestration.serving.page.figures import change, dollars

__all__ = ["view"]

Rows = list[dict[str, Any]]


def view(
    choice: Choice, last: date, as_of: dict[str, Any], answers: Mapping[str, Rows]
) -> dict[str, Any]:
    """Return everything that the template of the page shows.

    Parameters
    ----------
    choice : Choice
        What the reader chose.
    last : date
        The last complete day of the data.
    as_of : dict
        The row of :data:`orchestration.serving.page.queries.AS_OF`.
    answers : mapping of str to list of dict
        The rows of :func:`orchestration.serving.page.queries.questions`.
    """
    first = last - timedelta(days=choice.days - 1)
    # Half a period before is nothing to compare with.
    has_before = date.fromisoformat(as_of["first_date"]) <= first - timedelta(days=choice.days)
    is_filtered = bool(choice.filters)
    total = sum(float(row["cost_usd"]) for row in answers["days"])
    runs = answers["run_table"]
    return {
        "choice": choice,
        "periods": [
            (
                f"{period} days" if period.isdecimal() else period.capitalize(),
                choice.url(period=period),
                period == choice.period and not choice.start,
            )
            for period in PERIODS
        ],
        "filters": [
            (name, [row["name"] for row in answers[f"values_{name}"]], choice.filters.get(name, ""))
            for name in FILTERS
        ],
        "first": first,
        "last": last,
        "data_until": as_of["data_until"],
        "attention": answers["attention"],
        "alert_count": answers["attention"][0]["alert_count"] if answers["attention"] else 0,
        **show_blocks(choice, last, answers),
        "projection": _projection(answers["projection"], is_filtered),
        "tables": [
            (title, _with_shares(answers[f"by_{name}"], total, has_before))
            for title, name in (
                ("Workflows", "workflow"),
                ("Models", "model"),
                ("Projects", "project"),
            )
        ],
        "regressions": answers["regressions"],
        "regression_count": answers["regressions"][0]["total"] if answers["regressions"] else 0,
        "runs": runs,
        "run_total": runs[0]["total"] if runs else 0,
        "anomaly_count": runs[0]["anomalies"] if runs else 0,
        "next_runs": choice.url(offset=choice.offset + PAGE_ROWS, order=choice.order)
        if runs and choice.offset + PAGE_ROWS < int(runs[0]["total"])
        else "",
        "previous_runs": choice.url(offset=max(0, choice.offset - PAGE_ROWS))
        if choice.offset
        else "",
        "is_filtered": is_filtered,
    }


def _projection(rows: Rows, is_filtered: bool) -> str:
    """Say what the next 30 days are expected to cost."""
    if not rows or is_filtered:
        return ""
    row = rows[0]
    if row["next_30_days_usd"] is None:
        return (
            f"At the mean of the last days, the next 30 days cost "
            f"{dollars(row['projected_monthly_usd'])}. Run `tokenhouse forecast --warehouse` for a "
            "forecast with an interval."
        )
    low, high = row["next_30_days_lo_80_usd"], row["next_30_days_hi_80_usd"]
    between = f", 80% sure between {dollars(low)} and {dollars(high)}" if low is not None else ""
    return f"The next 30 days are expected to cost {dollars(row['next_30_days_usd'])}{between}."


def _with_shares(rows: Rows, total: float, has_before: bool) -> Rows:
    return [
        row
        | {
            "share": 100 * float(row["cost_usd"]) / total if total else 0.0,
            "change": change(
                row["cost_usd"], float(row["before_usd"]) if has_before else None, is_more_bad=True
            ),
        }
        for row in rows
    ]
