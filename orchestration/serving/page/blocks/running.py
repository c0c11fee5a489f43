"""What runs now, what it has cost, and what it will cost."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from orchestration.serving.page.choice import Choice
from orchestration.serving.page.filtering import RUNNING_FILTER

__all__ = ["queries", "show"]

Rows = list[dict[str, Any]]

_ROWS = f"""
    select
        run_id, workflow_id, started_at, cost_so_far_usd, call_count_so_far, expected_cost_usd,
        predicted_cost_high_80_usd, expected_duration_ms, is_cost_above_prediction,
        count() over () as total, sum(cost_so_far_usd) over () as spent_usd,
        countIf(is_cost_above_prediction) over () as above
    from mart_running_runs
    where {RUNNING_FILTER}
    order by is_cost_above_prediction desc, cost_so_far_usd desc, run_id
    limit 10
"""


def queries(choice: Choice) -> dict[str, str]:
    """Return the query of the running runs."""
    return {"rows": _ROWS}


def show(choice: Choice, last: date, answers: Mapping[str, Rows]) -> dict[str, Any]:
    """Return what the block shows: those above what was predicted first, then by cost."""
    rows = answers["rows"]
    none = {"total": 0, "spent_usd": 0, "above": 0}
    totals = {name: rows[0][name] if rows else value for name, value in none.items()}
    return totals | {"rows": rows}
