"""The queries of the page: each is one SELECT on marts, with bound parameters."""

__all__ = ["AS_OF", "RUN", "RUN_CALLS", "questions"]

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

_DAILY_FILTER = """
    ({source:String} = '' or source = {source:String})
    and ({workflow:String} = '' or workflow_id = {workflow:String})
    and ({project:String} = '' or project = {project:String})
    and ({model:String} = '' or model = {model:String})
    and ({provider:String} = '' or provider = {provider:String})
    and ({environment:String} = '' or environment = {environment:String})
"""
_RUN_FILTER = """
    ({source:String} = '' or source = {source:String})
    and ({workflow:String} = '' or workflow_id = {workflow:String})
    and ({project:String} = '' or project = {project:String})
    and ({model:String} = '' or primary_model = {model:String})
    and ({provider:String} = '' or primary_provider = {provider:String})
    and ({environment:String} = '' or environment = {environment:String})
"""
_TOKENS = (
    "sum(uncached_input_tokens + cache_read_tokens + cache_write_5m_tokens "
    "+ cache_write_1h_tokens + output_tokens)"
)
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
    "model": "model",
    "provider": "provider",
    "environment": "environment",
}

_COSTS = f"""
    select
        date >= {{first:Date}} as is_current,
        sum(cost_usd) as cost_usd,
        sum(call_count) as calls,
        sum(error_count) as errors,
        {_TOKENS} as tokens
    from daily_costs
    where date between {{before:Date}} and {{last:Date}} and {_DAILY_FILTER}
    group by is_current
"""
_RUNS = f"""
    select
        toDate(ended_at) >= {{first:Date}} as is_current,
        count() as runs,
        countIf(is_calibrated_anomaly) as anomalies,
        countIf(error_count > 0) as failed,
        median(total_duration_ms) as duration_ms
    from run_analytics
    where toDate(ended_at) between {{before:Date}} and {{last:Date}} and {_RUN_FILTER}
    group by is_current
"""
_DAYS = f"""
    select date, sum(cost_usd) as cost_usd, sum(call_count) as calls
    from daily_costs
    where date between {{first:Date}} and {{last:Date}} and {_DAILY_FILTER}
    group by date
    order by date
"""
_FORECAST = """
    select date, forecast, lo_80, hi_80
    from mart_cost_forecasts
    where
        series_kind = 'total' and metric = 'cost_usd' and date > {last:Date}
        and forecast is not null
    order by date
    limit 30
"""
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
    where is_open
    order by abs(effect_pct) desc, episode_id
    limit 10
"""
_TRUST = """
    select
        (select sum(unpriced_call_count) from run_analytics) as unpriced_calls,
        (select sum(call_count) from run_analytics) as calls,
        (select sum(rejected_lines) from mart_source_loads) as rejected_lines,
        (select count() from mart_merged_calls) as merged_calls,
        (select max(last_loaded_at) from mart_source_loads) as last_loaded_at
"""

RUN = """
    select run_id, source, source_run_id, workflow_id, project, status, started_at, ended_at,
        total_cost_usd, total_duration_ms, total_tokens, call_count, error_count,
        calibrated_anomaly_reason, is_calibrated_anomaly, documents_cost_explanation,
        workflow_avg_cost_usd, cluster_avg_cost_usd, genus_avg_cost_usd, species_avg_cost_usd,
        predicted_cost_usd, predicted_cost_low_80_usd, predicted_cost_high_80_usd, models_used
    from run_analytics
    where run_id = {run_id:String}
    limit 1
"""
RUN_CALLS = """
    select * from fct_calls where run_id = {run_id:String} order by called_at, call_id limit 200
"""


def _by(column: str) -> str:
    return f"""
        select
            toString({column}) as name,
            sumIf(daily.cost_usd, date >= {{first:Date}}) as cost_usd,
            sumIf(daily.cost_usd, date < {{first:Date}}) as before_usd,
            sumIf(call_count, date >= {{first:Date}}) as calls
        from daily_costs as daily
        where date between {{before:Date}} and {{last:Date}} and {_DAILY_FILTER}
        group by name
        having cost_usd > 0 or calls > 0
        order by cost_usd desc, name
        limit 10
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
            count() over () as total
        from run_analytics
        where toDate(ended_at) between {{first:Date}} and {{last:Date}} and {_RUN_FILTER}
        order by {_ORDERS[order]} desc, run_id
        limit 25 offset {{offset:UInt32}}
    """


def questions(order: str) -> dict[str, str]:
    """Return the queries of the page, by the name of what they answer.

    Parameters
    ----------
    order : str
        Of the table of runs.
    """
    return {
        "costs": _COSTS,
        "runs": _RUNS,
        "days": _DAYS,
        "forecast": _FORECAST,
        "projection": _PROJECTION,
        "attention": _ATTENTION,
        "regressions": _REGRESSIONS,
        "trust": _TRUST,
        "run_table": _runs(order),
        **{f"by_{name}": _by(_COLUMNS[name]) for name in ("workflow", "model", "project")},
        **{f"values_{name}": _values(column) for name, column in _COLUMNS.items()},
    }
