"""Document C's six figures for the period, each with its change to the period before."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from orchestration.serving.page.choice import Choice
from orchestration.serving.page.figures import (
    change,
    dollars,
    duration,
    number,
    share,
    trend,
)
from orchestration.serving.page.filtering import (
    DAILY_FILTER,
    FACT_FILTER,
    RUN_FILTER,
    TOKENS,
    daily_costs,
)

__all__ = ["queries", "show"]

Rows = list[dict[str, Any]]

_MEASURED = """
    select
        run_count, finished_run_count, failed_run_count, total_tokens, input_tokens, output_tokens,
        cost_usd, avg_cost_per_run_usd, avg_duration_ms, p95_duration_ms, call_count,
        qa_pass_share, qa_passed_count, qa_judged_count, qa_colour
    from mart_period_metrics
    where scope_id = {scope:String} and period_kind = {period:String}
    order by period_start_date desc
    limit 1
"""
_TRENDS = """
    select metric, previous_value, change_pct, is_good, is_beyond_chance, p_value
    from mart_trends
    where scope_id = {scope:String} and period_kind = {period:String}
"""
# What a figure means, as the mart says it.
_MEANINGS = """
    select name, comment
    from system.columns
    where database = currentDatabase() and table = 'mart_period_metrics' and comment != ''
"""
_JOBS = f"""
    select
        count() as jobs,
        countIf(status = 'completed') as completed,
        countIf(status = 'failed') as failed
    from fct_jobs
    where
        queued_date between {{first:Date}} and {{last:Date}}
        and {FACT_FILTER}
"""


def queries(choice: Choice) -> dict[str, str]:
    """Return the queries of the cards."""
    table = daily_costs(choice)
    measured = {"now": _MEASURED, "trends": _TRENDS}
    summed = {"now": _summed(table), "trends": _before(table)}
    return (measured if choice.scope else summed) | {
        "jobs": _JOBS,
        "meanings": _MEANINGS,
    }


def _summed(table: str) -> str:
    """Return the figures of several filters at once: no mart has the sums of each combination."""
    return f"""
        with

        runs as (

            select
                count() as ended_run_count,
                nullIf(avg(total_duration_ms), nan) as mean_duration_ms,
                toNullable(quantileExact(0.95)(total_duration_ms)) as late_duration_ms,
                countIf(qa_status = 'passed') as passed,
                countIf(qa_status in ('passed', 'warning', 'failed')) as judged
            from run_analytics
            where toDate(ended_at) between {{first:Date}} and {{last:Date}} and {RUN_FILTER}

        ),

        calls as (

            select
                {TOKENS} as tokens,
                sum(output_tokens) as tokens_out,
                sum(cost_usd) as usd,
                sum(call_count) as every_call
            from {table}
            where date between {{first:Date}} and {{last:Date}} and {DAILY_FILTER}

        )

        select
            runs.ended_run_count as run_count,
            calls.tokens as total_tokens,
            calls.tokens - calls.tokens_out as input_tokens,
            calls.tokens_out as output_tokens,
            calls.usd as cost_usd,
            if(run_count = 0, null, toFloat64(cost_usd) / run_count) as avg_cost_per_run_usd,
            runs.mean_duration_ms as avg_duration_ms,
            if(run_count = 0, null, runs.late_duration_ms) as p95_duration_ms,
            calls.every_call as call_count,
            runs.passed as qa_passed_count,
            runs.judged as qa_judged_count
        from runs
        cross join calls
    """


def _before(table: str) -> str:
    period = "date >= {before:Date} and date < {first:Date}"
    ended = period.replace("date ", "toDate(ended_at) ")
    return f"""
        select 'cost_usd' as metric, toFloat64(sum(cost_usd)) as previous_value
        from {table}
        where {period} and {DAILY_FILTER}
        union all
        select 'total_tokens' as metric, toFloat64({TOKENS}) as previous_value
        from {table}
        where {period} and {DAILY_FILTER}
        union all
        select 'run_count' as metric, toFloat64(count()) as previous_value
        from run_analytics
        where {ended} and {RUN_FILTER}
    """


def show(choice: Choice, last: date, answers: Mapping[str, Rows]) -> dict[str, Any]:
    """Return what the cards show."""
    now = answers["now"][0] if answers["now"] else {}
    trends = {row["metric"]: row for row in answers["trends"]}
    (jobs,) = answers["jobs"]
    meanings = {row["name"]: row["comment"] for row in answers["meanings"]}

    def card(
        label: str, value: str, detail: str, metric: str, *, is_more_bad: bool | None = None
    ) -> dict[str, Any]:
        row = trends.get(metric, {})
        changed = (
            trend(row)
            if "change_pct" in row
            else change(now.get(metric), row.get("previous_value"), is_more_bad=is_more_bad)
        )
        meaning = meanings.get(metric, "")
        return {
            "label": label,
            "value": value,
            "detail": detail,
            "change": changed,
            "meaning": meaning,
        }

    judged = now.get("qa_judged_count")
    return {
        "cards": [
            card(
                "Runs",
                number(now.get("run_count") or 0),
                f"{number(now.get('call_count') or 0)} calls",
                "run_count",
            ),
            card(
                "Tokens",
                number(now.get("total_tokens") or 0),
                f"{number(now.get('input_tokens') or 0)} read, "
                f"{number(now.get('output_tokens') or 0)} written",
                "total_tokens",
            ),
            card(
                "Cost",
                dollars(now.get("cost_usd") or 0),
                f"{dollars(now.get('avg_cost_per_run_usd'), 4)} a run",
                "cost_usd",
                is_more_bad=True,
            ),
            card(
                "Average duration",
                duration(now.get("avg_duration_ms")),
                f"95% of the runs took at most {duration(now.get('p95_duration_ms'))}",
                "avg_duration_ms",
                is_more_bad=True,
            ),
            card(
                "QA pass rate",
                share(now.get("qa_passed_count"), judged) if judged else "not judged",
                f"{number(now['qa_passed_count'])} of {number(judged)}" if judged else "",
                "qa_pass_share",
            ),
            {
                "label": "Jobs",
                "value": number(jobs["jobs"]),
                "detail": f"{number(jobs['completed'])} completed, {number(jobs['failed'])} failed",
                "change": {"arrow": "", "text": "", "mood": "neutral"},
                "meaning": "Tasks of an orchestrator or a chat that were queued in the period.",
            },
        ]
    }
