"""Budgets of the current periods: spent, the pace of today, and the expected end."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from orchestration.serving.page.choice import Choice

__all__ = ["queries", "show"]

Rows = list[dict[str, Any]]

_BUDGETS = """
    select
        budget_id, scope_kind, scope_key, period_kind, period_last_date, amount_usd, spent_usd,
        progress_share, progress_pct, elapsed_share, expected_end_usd, expected_end_lo_80_usd,
        expected_end_hi_80_usd, colour, risk, explanation
    from mart_budgets
    where is_current and ({scope:String} in ('', 'total') or scope_id = {scope:String})
    order by progress_share desc, budget_id
    limit 20
"""
WIDTH = 300


def queries(choice: Choice) -> dict[str, str]:
    """Return the queries of the budgets."""
    return {"rows": _BUDGETS}


def show(choice: Choice, last: date, answers: Mapping[str, Rows]) -> dict[str, Any]:
    """Return what the budgets show: all on one scale, where the amounts are aligned."""
    rows = [row | _shares(row) for row in answers["rows"]]
    top = max((row[name] or 0 for row in rows for name in ("spent", "expected", "high")), default=1)
    scale = WIDTH / (max(top, 1.0) * 1.02)

    def place(value: float | None) -> float | None:
        return None if value is None else round(value * scale, 1)

    names = ("spent", "pace", "expected", "low", "high")
    return {
        "width": WIDTH,
        "full": place(1.0),
        "rows": [row | {f"{name}_x": place(row[name]) for name in names} for row in rows],
    }


def _shares(row: dict[str, Any]) -> dict[str, float | None]:
    """Return the figures as shares of the amount."""
    amount = float(row["amount_usd"] or 0)

    def share(name: str) -> float | None:
        value = row[name]
        return None if value is None or not amount else max(0.0, float(value) / amount)

    return {
        "spent": share("spent_usd"),
        "pace": row["elapsed_share"] if amount else None,
        "expected": share("expected_end_usd"),
        "low": share("expected_end_lo_80_usd"),
        "high": share("expected_end_hi_80_usd"),
    }
