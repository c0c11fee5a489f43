{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_outdated(['run_id', 'history_version'], 'prediction_lines') }}",
    order_by='(run_id, metric)',
    query_settings={'max_block_size': 4096, 'max_joined_block_size_rows': 4096},
) }}

{#-
    What the line does not know: location and scale of the residuals of the run's cohort, shrunk to those of
    its workflow and model. The predicted logarithm is the line's with the location added.
-#}
{% set history_runs = var('calibrated_history_runs') | int -%}
{% set recent_runs = var('prediction_recent_runs') | int -%}
{% set prior_runs = var('prediction_scale_prior_runs') -%}

with

features as (

    select * from {{ ref('prediction_features') }}
    where {{ is_outdated(['run_id', 'history_version']) }}

),

lines as (

    select * from {{ ref('prediction_lines') }}

),

cohorts as (

    select
        *,
        intDiv(last_place, {{ history_runs }}) as last_block,
        intDiv(workflow_place, {{ history_runs }}) as workflow_block
    from {{ ref('prediction_cohorts') }}
    where {{ is_outdated(['run_id', 'history_version']) }}

),

placed_residuals as (

    select
        *,
        intDiv(place, {{ history_runs }}) as block
    from {{ ref('prediction_residuals') }}

),

{{ history_blocks('placed_residuals') }},

remembering_runs as (

    select
        cohorts.run_id as run_id,
        cohorts.metric as metric,
        cohorts.cohort as cohort,
        toUInt32(least(cohorts.last_place + 1, {{ history_runs }})) as cohort_run_count,
        -- The workflow's own history is the parent of the others already.
        if(
            cohorts.cohort = 'workflow',
            emptyArrayFloat64(),
            {{ history_until('cohort_histories', 'cohorts.last_place', history_runs) }}
        ) as history,
        {{ history_until('workflow_histories', 'cohorts.workflow_place', history_runs) }} as workflow_history
    from cohorts
    left join histories as cohort_histories
        on
            cohorts.cohort_key = cohort_histories.cohort_key
            and cohorts.last_block = cohort_histories.block
    left join histories as workflow_histories
        on
            cohorts.workflow_key = workflow_histories.cohort_key
            and cohorts.workflow_block = workflow_histories.block

),

parents as (

    select
        *,
        arraySlice(history, -{{ recent_runs }}) as recent_history,
        arraySlice(workflow_history, -{{ recent_runs }}) as recent_workflow_history,
        {{ shrunk_location('recent_workflow_history', '0.') }} as parent_location,
        {{ shrunk_scale('workflow_history', var('calibrated_prior_scale'), prior_runs.workflow) }} as parent_scale
    from remembering_runs

),

located_runs as (

    select
        run_id,
        metric,
        cohort,
        cohort_run_count,
        {{ shrunk_location('recent_history', 'parent_location') }} as location,
        {{ shrunk_scale('history', 'parent_scale', prior_runs.cohort) }} as scale
    from parents

)

select
    features.run_id as run_id,
    features.metric as metric,
    features.history_version as history_version,
    features.day_start_version as day_start_version,
    features.source as source,
    features.workflow_id as workflow_id,
    features.primary_model as primary_model,
    features.input_chars as input_chars,
    features.started_at as started_at,
    features.started_date as started_date,
    features.ended_at as ended_at,
    lines.fallback as fallback,
    -- The runs of the line, where no residuals say more.
    if(lines.fallback != 'fitted' or located_runs.cohort_run_count = 0, 'workflow', located_runs.cohort) as cohort,
    if(
        lines.fallback != 'fitted' or located_runs.cohort_run_count = 0 or located_runs.cohort = 'workflow',
        lines.line_run_count,
        located_runs.cohort_run_count
    ) as run_count,
    lines.avg_actual as avg_actual,
    lines.avg_input_size as avg_input_size,
    lines.size_effect as size_effect,
    -- Residuals are those of fitted lines of the workflow and model.
    if(lines.fallback = 'fitted', located_runs.location, 0.) as cohort_effect,
    lines.avg_actual + lines.size_effect + cohort_effect as predicted,
    greatest(located_runs.scale, {{ var('calibrated_min_scale') }}) * lines.line_standard_error_factor as scale,
    -- How many scales above the prediction a run ended.
    (features.actual - predicted) / scale as standardized_residual
from features
inner join lines
    on
        features.run_id = lines.run_id
        and features.metric = lines.metric
inner join located_runs
    on
        features.run_id = located_runs.run_id
        and features.metric = located_runs.metric
