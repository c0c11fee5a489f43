"""What the figures rest on: of everything that is loaded."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from orchestration.serving.page.choice import Choice

__all__ = ["queries", "show"]

Rows = list[dict[str, Any]]

_FIGURES = """
    select
        (select sum(unpriced_call_count) from run_analytics) as unpriced_calls,
        (select sum(call_count) from run_analytics) as calls,
        (select sum(rejected_lines) from mart_source_loads) as rejected_lines,
        (select sum(loaded_rows) from mart_source_loads) as loaded_rows,
        (select count() from mart_merged_calls) as merged_calls,
        (select count() from mart_data_issues) as doubtful_values,
        (select count() from mart_gateway_reconciliation) as gateway_rows,
        (
            select countIf(cost_difference_usd != 0) from mart_gateway_reconciliation
        ) as gateway_differences,
        (
            select sum(abs(cost_difference_usd)) from mart_gateway_reconciliation
        ) as gateway_difference_usd,
        (select max(last_loaded_at) from mart_source_loads) as last_loaded_at
"""
_FORECAST = """
    select coverage_80, horizon_days, forecast_count
    from mart_forecast_accuracy
    where
        is_published_method and metric = 'cost_usd' and unique_id = 'total'
        and coverage_80 is not null
    order by horizon_days desc
    limit 1
"""
_LOADS = """
    select source, sum(loaded_rows) as rows_loaded, sum(rejected_lines) as rejected,
        max(last_loaded_at) as loaded_at
    from mart_source_loads
    group by source
    order by loaded_at desc, source
    limit 12
"""


def queries(choice: Choice) -> dict[str, str]:
    """Return the queries of the block."""
    return {"figures": _FIGURES, "forecast": _FORECAST, "loads": _LOADS}


def show(choice: Choice, last: date, answers: Mapping[str, Rows]) -> dict[str, Any]:
    """Return what the block shows."""
    (figures,) = answers["figures"]
    forecast = answers["forecast"]
    return figures | {"forecast": forecast[0] if forecast else None, "loads": answers["loads"]}
