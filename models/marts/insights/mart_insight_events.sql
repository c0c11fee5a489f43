{{ config(order_by='(period_kind, metric, scope_id, subject_id)') }}

{%- set families = ["['cost_usd', 'total_tokens', 'run_count', 'p95_duration_ms']", "['cost', 'cost', 'usage', 'duration']"] -%}
{%- set examples = var('insights').evidence_runs -%}

with

periods as (

    select distinct
        period_kind,
        period_start_date,
        period_last_date
    from {{ ref('mart_period_metrics') }}
    where
        scope_kind = 'total'
        and period_kind in ({% for days in var('insights').days %}'last_{{ days }}d'{{ ', ' if not loop.last }}{% endfor %})

),

windows as (

    select
        metrics.*,
        period_kind as kind
    from {{ ref('mart_period_metrics') }} as metrics
    where
        (period_kind, period_start_date) in (select (periods.period_kind, periods.period_start_date) from periods)
        and (scope_kind = 'total' or scope_kind in ('organization', 'project', 'workflow', 'model') and scope_key != '')

),

-- Ratios of a window that no metric of the catalogue is: one row per scope and ratio.
ratios as (

    select
        kind as period_kind,
        period_start_date,
        if(scope_kind = 'model', 'total', scope_kind) as scope_kind,
        if(scope_kind = 'model', '', scope_key) as scope_key,
        if(scope_kind = 'model', 'model', 'metric') as subject_type,
        arrayJoin([
            ('failure_share', 'lower_bound', finished_run_count, {{ wilson_bound('failed_run_count', 'finished_run_count', 'lower') }}, toFloat64(failed_run_count)),
            ('latency_spread', 'value', run_duration_count, p95_duration_ms / nullIf(p50_duration_ms, 0), p95_duration_ms),
            ('failed_cost_share', 'value', run_count, toFloat64(failed_run_cost_usd) / nullIf(toFloat64(cost_usd), 0), toFloat64(failed_run_cost_usd)),
            ('main_model_share', 'value', run_count, cost_share, toFloat64(cost_usd))
        ]) as ratio,
        if(ratio.1 = 'main_model_share', windows.scope_key, ratio.1) as subject_id
    from windows
    where (windows.scope_kind = 'model') = (ratio.1 = 'main_model_share')

),

outages as (

    select * from {{ ref('mart_outages') }}
    where is_open

),

anomalous_runs as (

    select
        workflow_id,
        run_id,
        total_cost_usd,
        predicted_cost_usd,
        toDate(started_at) as started_date,
        arrayJoin(arrayFilter(kind -> kind.2, [
            ('anomalous_errors', is_calibrated_error_anomaly or is_calibrated_output_anomaly),
            ('anomalous_cost', (is_calibrated_cost_anomaly or is_calibrated_tokens_anomaly) and coalesce(calibrated_cost_z_score, 1) > 0),
            ('anomalous_duration', is_calibrated_duration_anomaly and coalesce(calibrated_duration_z_score, 1) > 0)
        ])) as anomaly,
        anomaly.1 as metric
    from {{ ref('run_analytics') }}
    where is_calibrated_anomaly

),

events as (

    select
        {{ insight_event({
            'period_kind': 'period_kind', 'scope_kind': 'scope_kind', 'scope_key': 'scope_key', 'metric': 'ratio.1', 'measure': 'ratio.2',
            'subject_type': 'subject_type', 'subject_id': 'subject_id', 'value': 'ratio.4', 'current_value': 'ratio.5',
            'sample_size': 'ratio.3', 'since_date': 'period_start_date',
        }) }}
    from ratios

    union all

    select
        {{ insight_event({
            'scope_key': 'outages.workflow_id', 'metric': "'open_outage'", 'subject_type': "'outage'", 'subject_id': 'outages.outage_id',
            'cause': "formatDateTime(outages.failed_at, '%Y-%m-%d %H:%i', 'UTC')",
            'run_ids': 'arraySlice(arrayReverse(outages.failed_run_ids), 1, ' ~ examples ~ ')',
            'value': 'outages.failed_run_count', 'current_value': 'outages.cost_usd', 'sample_size': 'outages.failed_run_count',
            'since_date': 'toDate(outages.failed_at)',
        }) }}
    from periods
    cross join outages

    union all

    select
        {{ insight_event({
            'scope_key': 'episodes.workflow_id', 'metric': "concat('regression_', episodes.metric)", 'subject_type': "'episode'",
            'subject_id': 'episodes.episode_id', 'cause': 'episodes.explanation', 'value': 'episodes.effect_pct',
            'current_value': 'episodes.recent_cost_usd', 'previous_value': 'episodes.baseline_cost_usd',
            'change_pct': "if(episodes.metric = 'quality', null, episodes.effect_pct)", 'p_value': 'episodes.p_value',
            'sample_size': 'episodes.recent_run_count', 'since_date': 'episodes.started_date',
        }) }}
    from periods
    cross join {{ ref('mart_regression_episodes') }} as episodes
    where
        episodes.confirmed_date <= periods.period_last_date
        and coalesce(episodes.ended_date > periods.period_last_date, true)

    union all

    select
        {{ insight_event({
            'scope_kind': 'anomalies.scope_kind', 'scope_key': 'anomalies.scope_key', 'measure': "'wide'",
            'metric': "concat('odd_', transform(toString(anomalies.metric), " ~ families[0] ~ ", " ~ families[1] ~ ", 'reliability'))",
            'subject_id': "concat(anomalies.metric, '/', toString(anomalies.first_date))", 'cause': 'anomalies.metric',
            'value': "toInt64(anomalies.severity = 'critical') + toInt64(anomalies.scope_kind in ('total', 'provider') and anomalies.expected > 0) * if(anomalies.p_value is null, 1, 2)",
            'current_value': 'anomalies.value', 'previous_value': 'anomalies.expected',
            'change_pct': '(anomalies.value - anomalies.expected) / nullIf(anomalies.expected, 0) * 100',
            'p_value': 'anomalies.p_value', 'sample_size': 'anomalies.observation_count', 'since_date': 'anomalies.first_date',
        }) }}
    from periods
    cross join {{ ref('mart_metric_anomalies') }} as anomalies
    where
        anomalies.last_date between periods.period_start_date and periods.period_last_date
        and coalesce(not anomalies.is_good, true)
        -- Slow days are insights of durations; the calls of one run are slow together, which the share's test takes for many.
        and anomalies.metric != 'sla_breach_share'
        and (anomalies.scope_kind = 'total' or anomalies.scope_key != '')

    union all

    select
        {{ insight_event({
            'scope_key': 'anomalous_runs.workflow_id', 'metric': 'anomalous_runs.metric', 'subject_type': "'runs'",
            'subject_id': 'anomalous_runs.metric', 'run_ids': 'arraySlice(arraySort(groupArray(anomalous_runs.run_id)), 1, ' ~ examples ~ ')',
            'value': 'count()', 'current_value': 'sum(anomalous_runs.total_cost_usd)',
            'previous_value': 'sum(anomalous_runs.predicted_cost_usd)', 'sample_size': 'count()',
            'since_date': 'min(anomalous_runs.started_date)',
        }) }}
    from periods
    cross join anomalous_runs
    where anomalous_runs.started_date between periods.period_start_date and periods.period_last_date
    group by
        periods.period_kind,
        anomalous_runs.workflow_id,
        anomalous_runs.metric

    union all

    select
        {{ insight_event({
            'scope_kind': 'signs.scope_kind', 'scope_key': 'signs.scope_key', 'metric': 'signs.sign', 'subject_type': "'sign'",
            'subject_id': 'signs.subject_id', 'cause': 'signs.cause', 'run_ids': 'signs.run_ids', 'value': 'signs.value',
            'current_value': 'signs.current_value', 'previous_value': 'signs.previous_value', 'p_value': 'signs.p_value',
            'sample_size': 'signs.sample_size', 'since_date': 'signs.since_date',
        }) }}
    from periods
    cross join {{ ref('mart_early_signs') }} as signs

    union all

    select
        {{ insight_event({
            'scope_kind': 'budgets.scope_kind', 'scope_key': 'budgets.scope_key', 'metric': "'budget_risk'", 'subject_type': "'budget'",
            'subject_id': 'budgets.budget_id', 'cause': 'budgets.explanation',
            'value': "multiIf(budgets.risk = 'breached', 2.0, budgets.risk = 'likely', 1.0, 0.0)",
            'current_value': 'budgets.spent_usd', 'previous_value': 'budgets.amount_usd',
            'since_date': 'least(coalesce(budgets.breach_date, periods.period_last_date), periods.period_last_date)',
        }) }}
    from periods
    cross join {{ ref('mart_budgets') }} as budgets
    where budgets.is_current

)

select
    events.* except (scope_kind, metric, measure, subject_type),
    toLowCardinality(events.scope_kind) as scope_kind,
    toLowCardinality(events.metric) as metric,
    toLowCardinality(events.measure) as measure,
    toLowCardinality(events.subject_type) as subject_type,
    if(events.scope_kind = 'total', 'total', concat(events.scope_kind, ':', events.scope_key)) as scope_id
from events
