{{ config(order_by='(scope_kind, scope_key, sign, subject_id)') }}

{%- set early = var('early_signs') -%}
{%- set evidence_runs = var('insights').evidence_runs -%}
{#- Metric: its bad outcomes, its trials. -#}
{%- set shares = {
    'qa_pass_share': ('qa_judged_count - qa_passed_count', 'qa_judged_count'),
    'success_share': ('success_evaluation_count - success_count', 'success_evaluation_count'),
    'failure_share': ('failed_run_count', 'finished_run_count'),
} -%}

with

-- The days that are looked at; a fact is of the last days of its own day, and of those after it.
days as (

    {{ early_sign_days() }}

),

-- Many small deviations to one side are one large deviation: the sum of n scores spreads by the root of n. One extreme run is
-- an anomaly of its own.
judged_runs as (

    select
        runs.workflow_id as workflow_id,
        runs.run_id as run_id,
        toDate(runs.started_at) + arrayJoin(range({{ early.days }})) as seen_date,
        arrayJoin(arrayFilter(score -> isFinite(score.2), [
            ('early_cost', coalesce(runs.calibrated_cost_z_score, nan), toNullable(toFloat64(runs.total_cost_usd)), toNullable(toFloat64(runs.predicted_cost_usd))),
            ('early_duration', coalesce(runs.calibrated_duration_z_score, nan), toNullable(toFloat64(runs.total_duration_ms)), toNullable(toFloat64(runs.predicted_duration_ms)))
        ])) as score
    from {{ ref('run_analytics') }} as runs
    cross join days
    where
        toDate(runs.started_at) between days.first_date - {{ early.days }} + 1 and days.last_date
        and seen_date between days.first_date and days.last_date
        and runs.workflow_id != ''

),

outcomes as (

    select
        metrics.scope_kind as scope_kind,
        metrics.scope_key as scope_key,
        arrayJoin(range({{ early.days }} + {{ early.before_days }})) as age,
        metrics.date + age as seen_date,
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
        and metrics.date between days.first_date - {{ early.days }} - {{ early.before_days }} + 1 and days.last_date
        and seen_date between days.first_date and days.last_date
        and share.3 > 0

),

shares as (

    select
        scope_kind,
        scope_key,
        seen_date,
        share.1 as metric,
        sumIf(share.2, age < {{ early.days }}) as bad,
        sumIf(share.3, age < {{ early.days }}) as trials,
        sumIf(share.3, age >= {{ early.days }}) as trials_before,
        {{ clamped_share('sumIf(share.2, age >= ' ~ early.days ~ ')', 'trials_before') }} as share_before,
        {{ binomial_tail('toUInt64(bad)', 'toUInt64(trials)', 'share_before') }} as p_value
    from outcomes
    group by
        scope_kind,
        scope_key,
        seen_date,
        metric
    having
        bad > 0
        and trials_before >= {{ early.min_trials_before }}

),

-- Checks are few: that one failed is a fact of its own.
failed_checks as (

    select
        run_id,
        toFloat64(total_cost_usd) as usd,
        started_date + arrayJoin(range({{ early.days }})) as seen_date,
        arrayJoin([('workflow', workflow_id), ('project', project)]) as scope
    from {{ ref('int_scope_runs') }}
    cross join days
    where
        qa_status = 'failed'
        and scope.2 != ''
        and seen_date between days.first_date and days.last_date

),

signs as (

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
        arraySlice(arraySort(groupArray(run_id)), 1, {{ evidence_runs }}) as run_ids,
        seen_date
    from judged_runs
    group by
        workflow_id,
        score.1,
        seen_date
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
        seen_date
    from shares

    union all

    select
        scope.1 as scope_kind,
        scope.2 as scope_key,
        'failed_checks' as sign,
        'qa_pass_share' as subject_id,
        '' as cause,
        toFloat64(count()) as value,
        sum(usd) as current_value,
        null as previous_value,
        null as p_value,
        count() as sample_size,
        arraySlice(arraySort(groupArray(run_id)), 1, {{ evidence_runs }}) as run_ids,
        seen_date
    from failed_checks
    group by
        scope,
        seen_date

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
        p_value,
        run_count as sample_size,
        run_ids,
        date as seen_date
    from {{ ref('int_model_switches') }}

),

rules as (

    select
        metric,
        min(coalesce(info_threshold, warning_threshold, critical_threshold)) as least_threshold
    from {{ ref('insight_rules') }}
    where is_enabled
    group by metric

),

-- Since when a sign lasts, one day after the other.
lasting_signs as (

    select
        signs.*,
        groupArray(signs.seen_date) over same_signs as seen_dates,
        groupArrayIf(signs.seen_date, not coalesce({{ rounded('signs.value') }} >= rules.least_threshold, false)) over same_signs as other_dates,
        {{ held_since('seen_dates', 'other_dates') }} as held_since_date
    from signs
    left join rules
        on signs.sign = rules.metric
    window same_signs as (partition by signs.scope_kind, signs.scope_key, signs.sign, signs.subject_id)

)

select
    lasting_signs.* except (seen_date, seen_dates, other_dates, held_since_date),
    if(held_since_date = toDate(0), seen_date, held_since_date) as since_date
from lasting_signs
where seen_date = (select days.last_date from days)
