{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_outdated(['started_date', 'started_version'], 'int_run_days', ['date', 'started_version']) }}",
    order_by='(run_id, metric)',
) }}

{#-
    What is known of a run before it starts, and the actual value once it has ended. The version is that of
    all runs that had ended before it started (K2), with the run's own: it changes with any of them.
-#}
{% set fixed = var('prediction_fixed_chars') -%}
{% set slopes = var('prediction_slope') -%}

with

days as (

    select
        date,
        started_version
    from {{ ref('int_run_days') }}
    where
        started_run_count > 0
        and {{ is_outdated(['started_date', 'started_version'], ['date', 'started_version']) }}

),

runs as (

    select
        run_id,
        -- A join by time needs a key, too.
        materialize(1) as join_key,
        source,
        workflow_id,
        coalesce(primary_model, '') as primary_model,
        coalesce(species_hash, '') as species_hash,
        input_category,
        input_chars,
        started_at,
        ended_at,
        -- Zero has no logarithm: nothing is learnt from it, or from what is unknown. What a run that still
        -- runs has cost so far is no cost of a run.
        if(is_completed and total_cost_usd > 0, log(toFloat64(total_cost_usd)), null) as log_cost,
        if(is_completed and total_duration_ms > 0, log(total_duration_ms), null) as log_duration,
        -- What a call's input costs is known before it is made; only the rest of its cost is not.
        nullIf(toFloat64(first_input_cost_usd), 0) as known_cost_usd,
        if(
            is_completed and call_count = 1 and total_cost_usd > first_input_cost_usd and known_cost_usd is not null,
            log(toFloat64(total_cost_usd - first_input_cost_usd)),
            null
        ) as log_output_cost
    from {{ ref('int_runs') }}
    where {{ 'toDate(started_at) in (select days.date from days)' if is_incremental() else '1 = 1' }}

),

-- One version per moment: of runs that ended together, the last.
versions as materialized (

    select
        materialize(1) as join_key,
        ended_at,
        argMax(history_version, run_id) as history_version
    from {{ ref('int_completed_runs') }}
    where {{ needed_by_days('int_completed_runs', 'days') if is_incremental() else '1 = 1' }}
    group by ended_at

),

versioned_runs as (

    select
        runs.*,
        toDate(runs.started_at) as started_date,
        toDateTime64(started_date, 3, 'UTC') as day_start_at,
        versions.history_version as ended_version
    from runs
    asof left join versions
        on
            runs.join_key = versions.join_key
            and runs.started_at > versions.ended_at

),

dated_runs as (

    select
        versioned_runs.*,
        cityHash64(versions.history_version, '{{ judgement_version() }}') as day_start_version,
        cityHash64(tuple(versioned_runs.*), '{{ judgement_version() }}') as history_version
    from versioned_runs
    asof left join versions
        on
            versioned_runs.join_key = versions.join_key
            and versioned_runs.day_start_at > versions.ended_at

),

{{ known_single_calls('dated_runs') }},

described_runs as (

    select
        dated_runs.*,
        days.started_version as started_version,
        -- Before the first single call of its workflow and model has ended, no run can be predicted from any.
        single_calls.known_at as single_call_known_at
    from dated_runs
    left join days
        on dated_runs.started_date = days.date
    left join single_calls
        on {{ key_hash(['source', 'workflow_id', 'primary_model'], 'dated_runs.') }} = single_calls.model_key

)

select
    run_id,
    metric,
    history_version,
    day_start_version,
    started_version,
    source,
    workflow_id,
    primary_model,
    species_hash,
    input_category,
    input_chars,
    started_at,
    started_date,
    ended_at,
    known_cost_usd,
    multiIf(metric = 'cost', log_cost, metric = 'duration', log_duration, log_output_cost) as actual,
    {{ by_prediction_metric(fixed) }} as fixed_chars,
    arrayMap(chars -> log(input_chars + chars), fixed_chars) as input_sizes,
    input_sizes[1] as input_size,
    {{ by_prediction_metric(slopes) }} as prior_slope,
    -- Cohorts whose residuals correct the line, the widest first.
    [
        cityHash64('workflow', tuple(metric, source, workflow_id, primary_model)),
        cityHash64('species', tuple(metric, source, workflow_id, primary_model, species_hash)),
        cityHash64('species_size', tuple(metric, source, workflow_id, primary_model, species_hash, input_category))
    ] as residual_cohort_keys
from described_runs
array join ['cost', 'duration', 'output_cost'] as metric
where
    metric != 'output_cost'
    or log_output_cost is not null
    or started_at > single_call_known_at
