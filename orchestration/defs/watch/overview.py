"""The page to look at first: pictures and figures of the last build, as one asset."""

import dagster as dg

from orchestration.defs.policies import group_of, policy
from orchestration.defs.watch.pictures import pictures
from orchestration.reporting.watch import asker, is_built, markdown_table
from orchestration.warehouse.reading import connect_to_read

__all__ = ["OVERVIEW", "overview"]

OVERVIEW = dg.AssetKey(["exports", "overview"])
_READ = ("daily_costs", "run_analytics", "mart_budgets", "mart_forecast_accuracy", "v_attention")
_RETRY = dg.RetryPolicy(max_retries=2, delay=30)

_ATTENTION = "select severity, title, recommendation, usd from v_attention order by place"


@dg.asset(
    key=OVERVIEW,
    deps=[dg.AssetKey(["marts", name]) for name in _READ],
    group_name=group_of("exports"),
    kinds={"clickhouse"},
    freshness_policy=policy("marts").freshness,
    retry_policy=_RETRY,
)
def overview(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Daily cost with its forecast, what needs somebody, anomalies, budgets, accuracy over time."""
    with connect_to_read() as reading:
        if not is_built(reading.client, "marts.daily_costs"):
            return dg.MaterializeResult(metadata={"state": "Nothing was built yet."})
        ask = asker(reading.client)
        metadata = dict(pictures(ask))
        needs = ask(_ATTENTION, {})
    for name, picture in metadata.items():
        key = dg.AssetKey(["marts", name])
        context.log_event(dg.AssetObservation(key, metadata={"picture": picture}))
    attention = markdown_table(needs) or "Nothing needs anybody."
    return dg.MaterializeResult(metadata={**metadata, "attention": dg.MetadataValue.md(attention)})
