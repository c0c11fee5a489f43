"""From the answers of the queries to what the template shows."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from orchestration.serving.page.blocks import show_blocks
from orchestration.serving.page.choice import FILTERS, NARROW_FILTERS, PAGE_ROWS, PERIODS, Choice
from orchestration.serving.page.figures import change, dollars
from orchestration.serving.page.lines import spark_line

__all__ = ["view"]

Rows = list[dict[str, Any]]

_LABELS = {"training": "training method", "qa": "QA status"}
_WORDS = {
    "widget": {"widget": "in a widget", "normal": "not in one"},
    "rating": {
        **{str(stars): f"{stars} star{'s' if stars > 1 else ''}" for stars in range(1, 6)},
        "4,5": "4 or 5 stars",
        "1,2": "1 or 2 stars",
    },
    "success": {"yes": "succeeded", "no": "failed"},
    "qa": {"not_run": "not run"},
}


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
        "filters": list(_filters(choice, answers)),
        "first": first,
        "last": last,
        "data_until": as_of["data_until"],
        "attention": answers["attention"],
        "alert_count": answers["attention"][0]["alert_count"] if answers["attention"] else 0,
        **show_blocks(choice, last, answers),
        "projection": _projection(answers["projection"], is_filtered),
        "tables": [
            (title, _with_shares(name, choice, last, answers, total, has_before=has_before))
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


def _filters(choice: Choice, answers: Mapping[str, Rows]) -> Iterator[dict[str, Any]]:
    """Yield the filters with their values; what has one value only leaves nothing to choose."""
    for name in FILTERS:
        if name in NARROW_FILTERS:
            found = [row["name"] for row in answers["narrow_values"] if row["kind"] == name]
            if name == "rating":
                found = sorted(found, reverse=True) + (["4,5", "1,2"] if found else [])
            elif name in ("training", "widget") and len(found) < 2:
                found = []
        else:
            found = [row["name"] for row in answers[f"values_{name}"]]
        chosen = choice.filters.get(name, "")
        if chosen and chosen not in found:
            found = [chosen, *found]
        if found:
            words = _WORDS.get(name, {})
            yield {
                "name": name,
                "label": _LABELS.get(name, name),
                "values": [(value, words.get(value, value)) for value in found],
                "chosen": chosen,
                "shown": words.get(chosen, chosen),
            }


def _projection(rows: Rows, is_filtered: bool) -> str:
    """Say what the next 30 days are expected to cost."""
    if not rows or is_filtered:
        return ""
    row = rows[0]
    if row["next_30_days_usd"] is None:
        return (
            f"At the mean of the last days, the next 30 days cost "
            f"{dollars(row['projected_monthly_usd'])}. Run tokenhouse forecast --warehouse for a "
            "forecast with an interval."
        )
    low, high = row["next_30_days_lo_80_usd"], row["next_30_days_hi_80_usd"]
    between = f", 80% sure between {dollars(low)} and {dollars(high)}" if low is not None else ""
    return f"The next 30 days are expected to cost {dollars(row['next_30_days_usd'])}{between}."


def _with_shares(
    name: str,
    choice: Choice,
    last: date,
    answers: Mapping[str, Rows],
    total: float,
    *,
    has_before: bool,
) -> Rows:
    """Return who spent it, with share, change, line of the days, and verdicts of QA."""
    first = last - timedelta(days=choice.days - 1)
    checked = {
        row["scope_key"]: row for row in answers.get("checked", []) if row["scope_kind"] == name
    }
    return [
        row
        | {
            "share": 100 * float(row["cost_usd"]) / total if total else 0.0,
            "change": change(
                row["cost_usd"], float(row["before_usd"]) if has_before else None, is_more_bad=True
            ),
            "line": spark_line(first, choice.days, row["days"]),
            "qa": checked.get(row["name"]),
        }
        for row in answers[f"by_{name}"]
    ]
