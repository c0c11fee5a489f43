{{ config(order_by='(scope_kind, scope_key, sign, subject_id)') }}

{%- set early = var('early_signs') -%}
{#- Metric: its bad outcomes, its trials. -#}
{%- set shares = {
    'qa_pass_share': ('qa_judged_count - qa_passed_count', 'qa_judged_count'),
    'success_share': ('success_evaluation_count - success_count', 'success_evaluation_count'),
    'failure_share': ('failed_run_count', 'finished_run_count'),
} -%}

with

days as (

    select
        last_complete_date as last_date,
        last_complete_date - {{ early.days }} + 1 as start_date,
        last_complete_date - {{ early.days }} - {{ early.before_days }} + 1 as before_date
    from {{ ref('int_as_of') }}

),

-- Many small deviations to one side are one large deviation: the sum of n scores spreads by the root of n. One extreme run is
-- an anomaly of its own.
judged_runs as (

    select
        runs.workflow_id as workflow_id,
        runs.run_id as run_id,
        toDate(runs.started_at) as date,
        arrayJoin(arrayFilter(score -> isFinite(score.2), [
            ('early_cost', coalesce(runs.calibrated_cost_z_score, nan), toNullable(toFloat64(runs.total_cost_usd)), toNullable(toFloat64(runs.predicted_cost_usd))),
            ('early_duration', coalesce(runs.calibrated_duration_z_score, nan), toNullable(toFloat64(runs.total_duration_ms)), toNullable(toFloat64(runs.predicted_duration_ms)))
        ])) as score
    from {{ ref('run_analytics') }} as runs
    cross join days
    where
        toDate(runs.started_at) between days.start_date and days.last_date
        and runs.workflow_id != ''

),

shares as (

    select
        metrics.scope_kind as scope_kind,
        metrics.scope_key as scope_key,
        metrics.date >= days.start_date as is_recent,
        metrics.date as date,
        arrayJoin([
            {% for metric, parts in shares.items() -%}
                ('{{ metric }}', toFloat64({{ parts[0] }}), toFloat64({{ parts[1] }})){{ ',' if not loop.last }}
            {% endfor %}
        ]) as share
    from {{ ref('mart_daily_metrics') }} as metrics
    cross join days
    where
        metrics.scope_kind in ('workflow', 'project')
        and metrics.scope_key != ''
        and metrics.date between days.before_date and days.last_date
        and share.3 > 0

),

summed_shares as (

    select
        scope_kind,
        scope_key,
        share.1 as metric,
        sumIf(share.2, is_recent) as bad,
        sumIf(share.3, is_recent) as trials,
        sumIf(share.2, not is_recent) as bad_before,
        sumIf(share.3, not is_recent) as trials_before,
        {{ clamped_share('bad_before', 'trials_before') }} as share_before,
        minIf(date, is_recent and share.2 > 0) as since_date,
        {{ binomial_tail('toUInt64(bad)', 'toUInt64(trials)', 'share_before') }} as p_value
    from shares
    group by
        scope_kind,
        scope_key,
        metric
    having
        trials > 0
        and trials_before >= {{ early.min_trials_before }}

),

-- Checks are few: that one failed is a fact of its own.
failed_checks as (

    select
        arrayJoin([('workflow', runs.workflow_id), ('project', runs.project)]) as scope,
        count() as failed_count,
        sum(toFloat64(runs.total_cost_usd)) as usd,
        arraySlice(arraySort(groupArray(runs.run_id)), 1, {{ var('insights').evidence_runs }}) as run_ids,
        min(runs.started_date) as since_date
    from {{ ref('int_scope_runs') }} as runs
    cross join days
    where
        runs.started_date between days.start_date and days.last_date
        and runs.qa_status = 'failed'
    group by scope
    having scope.2 != ''

),

-- Which model a step uses is a fact, known from the first call.
step_models as (

    select
        calls.workflow_id as workflow_id,
        calls.step_name as step_name,
        calls.model as model,
        calls.called_date >= days.start_date as is_recent,
        sum(calls.logged_call_count) as call_count,
        min(calls.called_date) as first_date,
        toFloat64(sum(calls.cost_usd)) as usd,
        sum(calls.total_tokens) as tokens,
        groupUniqArray(calls.run_id) as run_ids,
        sum(call_count) over (partition by workflow_id, step_name, is_recent) as all_call_count
    from {{ ref('fct_calls') }} as calls
    cross join days
    where
        calls.called_date between days.before_date and days.last_date
        and calls.workflow_id != ''
        and calls.model != ''
        and calls.is_billable
    group by
        workflow_id,
        step_name,
        model,
        is_recent

),

switches as (

    select
        news.workflow_id as workflow_id,
        news.model as model,
        any(olds.model) as old_model,
        min(news.first_date) as since_date,
        sum(news.call_count) as call_count,
        arraySlice(arraySort(groupUniqArrayArray(news.run_ids)), 1, {{ var('insights').evidence_runs }}) as run_ids,
        sum(news.usd) / nullIf(sum(news.tokens), 0) * 1000 as usd_per_1k_tokens,
        sum(olds.usd) / nullIf(sum(olds.tokens), 0) * 1000 as old_usd_per_1k_tokens
    from step_models as news
    inner join step_models as olds
        on
            news.workflow_id = olds.workflow_id
            and news.step_name = olds.step_name
    where
        news.is_recent
        and not olds.is_recent
        and news.model != olds.model
        and news.call_count * 2 > news.all_call_count
        and olds.call_count * 2 > olds.all_call_count
        and olds.call_count >= {{ early.min_calls_before }}
    group by
        workflow_id,
        model

)

select
    'workflow' as scope_kind,
    workflow_id as scope_key,
    score.1 as sign,
    score.1 as subject_id,
    '' as cause,
    sum(greatest(-{{ early.most_scales }}, least({{ early.most_scales }}, score.2))) / sqrt(count()) as value,
    avg(score.3) as current_value,
    avg(score.4) as previous_value,
    cast(null as Nullable(Float64)) as p_value,
    count() as sample_size,
    arraySlice(arraySort(groupArray(run_id)), 1, {{ var('insights').evidence_runs }}) as run_ids,
    min(date) as since_date
from judged_runs
group by
    workflow_id,
    score.1
having sample_size >= {{ early.min_runs }}

union all

select
    scope_kind,
    scope_key,
    'early_quality' as sign,
    metric as subject_id,
    metric as cause,
    if(p_value <= {{ early.max_p_value }}, bad / trials - share_before, 0) as value,
    if(metric = 'failure_share', bad / trials, 1 - bad / trials) as current_value,
    if(metric = 'failure_share', share_before, 1 - share_before) as previous_value,
    toNullable(p_value) as p_value,
    toUInt64(trials) as sample_size,
    emptyArrayString() as run_ids,
    since_date
from summed_shares
where bad > 0

union all

select
    scope.1 as scope_kind,
    scope.2 as scope_key,
    'failed_checks' as sign,
    'qa_pass_share' as subject_id,
    '' as cause,
    toFloat64(failed_count) as value,
    usd as current_value,
    null as previous_value,
    null as p_value,
    failed_count as sample_size,
    run_ids,
    since_date
from failed_checks

union all

select
    'workflow' as scope_kind,
    workflow_id as scope_key,
    'model_switch' as sign,
    model as subject_id,
    old_model as cause,
    (usd_per_1k_tokens / nullIf(old_usd_per_1k_tokens, 0) - 1) * 100 as value,
    usd_per_1k_tokens as current_value,
    old_usd_per_1k_tokens as previous_value,
    null as p_value,
    call_count as sample_size,
    run_ids,
    since_date
from switches
