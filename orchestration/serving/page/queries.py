"""The queries of the page: each is one SELECT on marts, with bound parameters."""

from orchestration.serving.page.blocks import block_queries
from orchestration.serving.page.choice import Choice
from orchestration.serving.page.filtering import (
    DAILY_FILTER,
    RUN_FILTER,
    STARS,
    VARIANT,
    daily_costs,
)

__all__ = ["AS_OF", "questions"]

# From and until when there is data: the first day, the last complete day, and the last moment.
AS_OF = """
    select
        coalesce(
            (
                select max(nullIf(last_date, toDate(0)))
                from mart_cost_projections
                where series_kind = 'total'
            ),
            (select max(date) from daily_costs)
        ) as last_date,
        (select min(date) from daily_costs) as first_date,
        (select max(ended_at) from run_analytics) as data_until,
        (select count() from fct_calls) as call_count
"""

_ORDERS = {
    "cost": "total_cost_usd",
    "ended": "ended_at",
    "duration": "total_duration_ms",
    "anomaly": "calibrated_anomaly_score",
}
_COLUMNS = {
    "source": "source",
    "workflow": "workflow_id",
    "project": "project",
    "team": "team_id",
    "model": "model",
    "provider": "provider",
    "environment": "environment",
}

_PROJECTION = """
    select next_30_days_usd, next_30_days_lo_80_usd, next_30_days_hi_80_usd, method, trend,
        projected_monthly_usd
    from mart_cost_projections
    where series_kind = 'total'
"""
_ATTENTION = """
    select severity, kind, subject, title, description, recommendation, usd, since_date,
        (select count() from mart_alerts where is_active) as alert_count
    from v_attention
    order by place
"""
_REGRESSIONS = """
    select workflow_id, metric, severity, effect_pct, effect_low_pct, effect_high_pct, started_date,
        main_cause, explanation, count() over () as total
    from mart_regression_episodes
    where is_open and ({workflow:String} = '' or workflow_id = {workflow:String})
    order by abs(effect_pct) desc, episode_id
    limit 10
"""


# The values of the narrow filters, the most frequent first.
_NARROW_VALUES = f"""
    select filter.1 as kind, filter.2 as name
    from (
        select arrayJoin([
            ('variant', {VARIANT}),
            ('training', toString(training_method)),
            ('widget', if(is_widget, 'widget', 'normal')),
            ('rating', ifNull({STARS}, '')),
            ('success', multiIf(is_success is null, '', is_success, 'yes', 'no'))
        ]) as filter
        from fct_calls
        where called_date between {{before:Date}} and {{last:Date}}
        union all
        select ('qa', toString(qa_status)) as filter
        from run_analytics
        where toDate(ended_at) between {{before:Date}} and {{last:Date}}
    )
    where name != ''
    group by kind, name
    order by kind, count() desc, name
    limit 50 by kind
"""


def _days(table: str) -> str:
    return f"""
        select date, sum(daily.cost_usd) as cost_usd
        from {table} as daily
        where date between {{first:Date}} and {{last:Date}} and {DAILY_FILTER}
        group by date
        order by date
    """


def _by(table: str, column: str) -> str:
    return f"""
        select
            toString({column}) as name,
            sumIf(daily.cost_usd, date >= {{first:Date}}) as cost_usd,
            sumIf(daily.cost_usd, date < {{first:Date}}) as before_usd,
            sumIf(call_count, date >= {{first:Date}}) as calls,
            sumMapIf(
                map(toString(date), toFloat64(daily.cost_usd)), date >= {{first:Date}}
            ) as days
        from {table} as daily
        where date between {{before:Date}} and {{last:Date}} and {DAILY_FILTER}
        group by name
        having cost_usd > 0 or calls > 0
        order by cost_usd desc, name
        limit 10
    """


# Of everything: the marts have no verdicts of one scope within another.
_CHECKED = """
    select scope_kind, scope_key, qa_pass_share, qa_passed_count, qa_judged_count, qa_colour
    from mart_period_metrics
    where
        scope_kind in ('workflow', 'model', 'project') and period_kind = {period:String}
        and qa_judged_count > 0
        and period_start_date = (
            select max(newest.period_start_date)
            from mart_period_metrics as newest
            where newest.scope_id = 'total' and newest.period_kind = {period:String}
        )
"""


def _values(column: str) -> str:
    return f"""
        select toString({column}) as name
        from daily_costs
        where date between {{before:Date}} and {{last:Date}} and name != ''
        group by name
        order by sum(cost_usd) desc, name
        limit 50
    """


def _runs(order: str) -> str:
    return f"""
        select run_id, workflow_id, source, ended_at, total_cost_usd, total_duration_ms,
            total_tokens, call_count, error_count, is_calibrated_anomaly,
            calibrated_anomaly_reason, documents_cost_badge, vs_recent_avg_cost_pct,
            count() over () as total, countIf(is_calibrated_anomaly) over () as anomalies
        from run_analytics
        where
            toDate(ended_at) between {{first:Date}} and {{last:Date}} and {RUN_FILTER}
            and (
                {{text:String}} = ''
                or positionCaseInsensitiveUTF8(
                    concatWithSeparator(' ', run_id, workflow_id, calibrated_anomaly_reason),
                    {{text:String}}
                ) > 0
            )
        order by {_ORDERS[order]} desc, run_id
        limit 25 offset {{offset:UInt32}}
    """


def questions(choice: Choice) -> dict[str, str]:
    """Return the queries of the page, by the name of what they answer.

    Parameters
    ----------
    choice : Choice
        What the reader chose.
    """
    table = daily_costs(choice)
    return {
        **block_queries(choice),
        "days": _days(table),
        "projection": _PROJECTION,
        "attention": _ATTENTION,
        "regressions": _REGRESSIONS,
        "run_table": _runs(choice.order),
        **{f"by_{name}": _by(table, _COLUMNS[name]) for name in ("workflow", "model", "project")},
        **{f"values_{name}": _values(column) for name, column in _COLUMNS.items()},
        "narrow_values": _NARROW_VALUES,
        **({} if choice.filters or choice.start else {"checked": _CHECKED}),
    }
