"""Did it work, and how fast: failures, outages, providers, slow workflows, tools."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from orchestration.serving.page.choice import Choice
from orchestration.serving.page.filtering import FACT_FILTER
from orchestration.serving.page.lines import line_chart

__all__ = ["queries", "show"]

Rows = list[dict[str, Any]]

_NOW = """
    select
        run_count, finished_run_count, failed_run_count, failure_share, failed_run_cost_usd,
        call_count, error_call_count, error_share, p50_duration_ms, p95_duration_ms
    from mart_period_metrics
    where scope_id = {scope:String} and period_kind = {period:String}
    order by period_start_date desc
    limit 1
"""
_DAYS = """
    select date, p50_duration_ms, p95_duration_ms
    from mart_daily_metrics
    where scope_id = {scope:String} and date between {first:Date} and {last:Date}
    order by date
"""
_FAILURES = """
    select
        error_class,
        error_type,
        sum(failed_run_count) as failed_runs,
        sum(previous_failed_run_count) as previous_failed_runs,
        sum(cost_usd) as usd,
        coalesce(previous_failed_runs = 0, false) as is_new,
        argMax(example_run_ids[1], last_at) as example_run_id
    from mart_failures
    where
        period_kind = {period:String}
        and ({workflow:String} = '' or workflow_id = {workflow:String})
    group by error_class, error_type
    order by failed_runs desc, error_class, error_type
    limit 6
"""
_OUTAGES = """
    select workflow_id, failed_at, recovered_at, duration_ms, failed_run_count, is_open, cost_usd,
        main_error_type, first_failed_run_id, count() over () as total,
        countIf(is_open) over () as open_count
    from mart_outages
    where
        toDate(failed_at) <= {last:Date}
        and (is_open or toDate(recovered_at) >= {first:Date})
        and ({workflow:String} = '' or workflow_id = {workflow:String})
        and ({project:String} = '' or project = {project:String})
    order by is_open desc, duration_ms desc, outage_id
    limit 6
"""
_PROVIDERS = """
    select scope_key as provider, call_count, error_call_count, error_share, p50_latency_ms,
        p95_latency_ms, cost_usd
    from mart_period_metrics
    where
        scope_kind = 'provider' and period_kind = {period:String} and call_count > 0
        and period_start_date = (
            select max(newest.period_start_date)
            from mart_period_metrics as newest
            where newest.scope_kind = 'provider' and newest.period_kind = {period:String}
        )
        and ({provider:String} = '' or scope_key = {provider:String})
    order by call_count desc, provider
    limit 8
"""
_ADVICE = """
    select workflow_id, provider, advice
    from mart_provider_reliability
    where
        is_worse and period_kind = {period:String}
        and ({workflow:String} = '' or workflow_id = {workflow:String})
    order by adjusted_p_value, workflow_id, provider
    limit 5
"""
# Where at least twenty runs ended: fewer have no percentile to speak of.
_SLOWEST = """
    select scope_key as workflow_id, run_count, p50_duration_ms, p95_duration_ms
    from mart_period_metrics
    where
        scope_kind = 'workflow' and period_kind = {period:String} and run_duration_count >= 20
        and period_start_date = (
            select max(newest.period_start_date)
            from mart_period_metrics as newest
            where newest.scope_kind = 'workflow' and newest.period_kind = {period:String}
        )
        and ({workflow:String} = '' or scope_key = {workflow:String})
    order by p95_duration_ms desc, workflow_id
    limit 5
"""
_TOOLS = f"""
    select
        tool_name as tool,
        count() as calls,
        countIf(is_error) as errors
    from fct_tool_calls
    where called_date between {{first:Date}} and {{last:Date}} and {FACT_FILTER}
    group by tool
    order by errors desc, calls desc, tool
    limit 5
"""


def queries(choice: Choice) -> dict[str, str]:
    """Return the queries of the block; the figures of one scope only where there is one."""
    scoped = {"now": _NOW, "days": _DAYS} if choice.scope else {}
    return scoped | {
        "failures": _FAILURES,
        "outages": _OUTAGES,
        "providers": _PROVIDERS,
        "advice": _ADVICE,
        "slowest": _SLOWEST,
        "tools": _TOOLS,
    }


def show(choice: Choice, last: date, answers: Mapping[str, Rows]) -> dict[str, Any]:
    """Return what the block shows."""
    first = last - timedelta(days=choice.days - 1)
    now = next(iter(answers.get("now", [])), None)
    days = answers.get("days", [])
    top = max((int(row["failed_runs"]) for row in answers["failures"]), default=1)
    outages = answers["outages"]
    return {
        "now": now,
        "days": days,
        "chart": line_chart(first, last, days, ("p95_duration_ms", "p50_duration_ms")),
        "failures": [
            row | {"width": round(84 * int(row["failed_runs"]) / (top or 1), 1)}
            for row in answers["failures"]
        ],
        "outages": [row | _span(row, first, last) for row in outages],
        "outage_total": outages[0]["total"] if outages else 0,
        "open_outages": outages[0]["open_count"] if outages else 0,
        "providers": answers["providers"],
        "advice": answers["advice"],
        "slowest": answers["slowest"],
        "tools": answers["tools"],
    }


def _span(row: dict[str, Any], first: date, last: date) -> dict[str, float]:
    """Return where an outage lies in the period, on a line of 200."""
    days = (last - first).days + 1

    def place(value: Any) -> float:
        at = datetime.fromisoformat(str(value))
        passed = (at - datetime.combine(first, datetime.min.time())).total_seconds() / 86_400
        return min(max(passed / days, 0.0), 1.0) * 200

    begin = place(row["failed_at"])
    end = 200.0 if row["is_open"] or not row["recovered_at"] else place(row["recovered_at"])
    return {"x": round(begin, 1), "width": max(2.0, round(end - begin, 1))}
