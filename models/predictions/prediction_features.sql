{{ config(order_by='(run_id, metric)') }}

{#-
    What is known of a run before it starts, and the actual value once it has ended. The version is that of
    all runs that had ended before it started (K2), with the run's own: it changes with any of them.
-#}
{% set fixed = var('prediction_fixed_chars') -%}
{% set slopes = var('prediction_slope') -%}

with

completed_runs as (

    select * from {{ ref('int_completed_runs') }}

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
        if(is_completed and total_duration_ms > 0, log(total_duration_ms), null) as log_duration
    from {{ ref('int_runs') }}

),

-- One version per moment: of runs that ended together, the last.
versions as materialized (

    select
        materialize(1) as join_key,
        ended_at,
        argMax(history_version, run_id) as history_version
    from completed_runs
    group by ended_at

),

versioned_runs as (

    select
        runs.*,
        toDate(runs.started_at) as started_date,
        toDateTime64(started_date, 3, 'UTC') as day_start_at,
        versions.history_version as started_version
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

)

select
    run_id,
    metric,
    history_version,
    day_start_version,
    source,
    workflow_id,
    primary_model,
    species_hash,
    input_category,
    input_chars,
    started_at,
    started_date,
    ended_at,
    if(metric = 'cost', log_cost, log_duration) as actual,
    log(input_chars + if(metric = 'cost', {{ fixed.cost }}, {{ fixed.duration }})) as input_size,
    if(metric = 'cost', {{ slopes.cost }}, {{ slopes.duration }}) as prior_slope,
    -- Cohorts whose residuals may correct the line, the narrowest first.
    [
        cityHash64('species_size', tuple(metric, source, workflow_id, primary_model, species_hash, input_category)),
        cityHash64('species', tuple(metric, source, workflow_id, primary_model, species_hash)),
        cityHash64('category', tuple(metric, source, workflow_id, primary_model, input_category)),
        cityHash64('workflow', tuple(metric, source, workflow_id, primary_model))
    ] as residual_cohort_keys
from dated_runs
array join ['cost', 'duration'] as metric
