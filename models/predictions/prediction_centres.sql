{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_outdated(['run_id', 'history_version'], 'prediction_lines') }}",
    order_by='(run_id, metric)',
    query_settings={'max_block_size': 4096, 'max_joined_block_size_rows': 4096},
) }}

{#-
    What the line does not know: middle and spread of the residuals of runs like this one that had ended
    before it started: of its species and input category, else its species, else its category, each shrunk
    to its workflow's and model's. Histories are read from blocks of neighbouring runs, of which a run
    needs one and the one before.
-#}
{% set reach = var('calibrated_history_runs') | int -%}
{% set recent = var('prediction_recent_runs') | int -%}
{% set prior_runs = var('prediction_scale_prior_runs') -%}
{% set least = var('calibrated_cohort_min_runs') -%}
{% set cohorts = ['species_size', 'species', 'category', 'workflow'] -%}

with

features as materialized (

    select
        *,
        [
            cityHash64('species_size', tuple(metric, source, workflow_id, primary_model, species_hash, input_category)),
            cityHash64('species', tuple(metric, source, workflow_id, primary_model, species_hash)),
            cityHash64('category', tuple(metric, source, workflow_id, primary_model, input_category)),
            cityHash64('workflow', tuple(metric, source, workflow_id, primary_model))
        ] as cohort_keys,
        {{ is_outdated(['run_id', 'history_version']) }} as is_new
    from {{ ref('prediction_features') }}

),

lines as (

    select * from {{ ref('prediction_lines') }}

),

ended_runs as (

    select
        arrayJoin(features.cohort_keys) as cohort_key,
        assumeNotNull(features.ended_at) as run_ended_at,
        features.run_id as run_id,
        assumeNotNull(lines.residual) as residual
    from features
    inner join lines
        on
            features.run_id = lines.run_id
            and features.metric = lines.metric
    where lines.residual is not null

),

placed_runs as materialized (

    select
        *,
        row_number() over (partition by cohort_key order by run_ended_at, run_id) as number,
        toInt64(number) - 1 as place,
        intDiv(place, {{ reach }}) as block
    from ended_runs

),

places_by_end as (

    select
        cohort_key,
        run_ended_at,
        max(place) as place
    from placed_runs
    group by
        cohort_key,
        run_ended_at

),

blocks as (

    select
        cohort_key,
        block,
        arrayMap(run -> run.2, arraySort(groupArray((place, residual)))) as residuals
    from placed_runs
    group by
        cohort_key,
        block

),

histories as materialized (

    select
        cohort_key,
        block,
        lagInFrame(residuals) over (
            partition by cohort_key
            order by block
            rows between 1 preceding and current row
        ) as previous_residuals,
        arrayConcat(previous_residuals, residuals) as residuals_until,
        length(previous_residuals) as previous_count
    from blocks

),

asked_runs as (

    select
        run_id,
        metric,
        started_at,
        cohort_key,
        cohort_rank
    from features
    array join
        cohort_keys as cohort_key,
        arrayEnumerate(cohort_keys) as cohort_rank
    where is_new

),

answered_runs as (

    select
        asked_runs.run_id as run_id,
        asked_runs.metric as metric,
        asked_runs.cohort_key as cohort_key,
        asked_runs.cohort_rank as cohort_rank,
        -- A place that no run has is 0, as the first run's: the key tells them apart.
        if(places_by_end.cohort_key = asked_runs.cohort_key, places_by_end.place, -1) as last_place
    from asked_runs
    asof left join places_by_end
        on
            asked_runs.cohort_key = places_by_end.cohort_key
            and asked_runs.started_at > places_by_end.run_ended_at

),

-- The first cohort with enough runs, and its workflow's.
chosen_cohorts as (

    select
        run_id,
        metric,
        argMinIf(
            (answered_runs.cohort_rank, answered_runs.cohort_key, answered_runs.last_place),
            answered_runs.cohort_rank,
            answered_runs.last_place + 1 >= {{ least }} or answered_runs.cohort_rank = {{ cohorts | length }}
        ) as chosen,
        chosen.1 as cohort_rank,
        chosen.2 as cohort_key,
        chosen.3 as last_place,
        intDiv(last_place, {{ reach }}) as last_block,
        anyIf(answered_runs.cohort_key, answered_runs.cohort_rank = {{ cohorts | length }}) as workflow_key,
        anyIf(answered_runs.last_place, answered_runs.cohort_rank = {{ cohorts | length }}) as workflow_place,
        intDiv(workflow_place, {{ reach }}) as workflow_block
    from answered_runs
    group by
        run_id,
        metric

),

remembering_runs as (

    select
        chosen_cohorts.run_id as run_id,
        chosen_cohorts.metric as metric,
        chosen_cohorts.cohort_rank as cohort_rank,
        toUInt32(least(chosen_cohorts.last_place + 1, {{ reach }})) as cohort_run_count,
        -- The workflow's own history is the parent of the others already.
        if(
            chosen_cohorts.cohort_rank = {{ cohorts | length }},
            emptyArrayFloat64(),
            {{ history_until('cohort_histories', 'chosen_cohorts.last_place', reach) }}
        ) as history,
        {{ history_until('workflow_histories', 'chosen_cohorts.workflow_place', reach) }} as workflow_history
    from chosen_cohorts
    left join histories as cohort_histories
        on
            chosen_cohorts.cohort_key = cohort_histories.cohort_key
            and chosen_cohorts.last_block = cohort_histories.block
    left join histories as workflow_histories
        on
            chosen_cohorts.workflow_key = workflow_histories.cohort_key
            and chosen_cohorts.workflow_block = workflow_histories.block

),

parents as (

    select
        *,
        arraySlice(history, -{{ recent }}) as recent_history,
        arraySlice(workflow_history, -{{ recent }}) as recent_workflow_history,
        {{ shrunk_centre('recent_workflow_history', '0.') }} as parent_centre,
        {{ shrunk_scale('workflow_history', var('calibrated_prior_scale'), prior_runs.workflow) }} as parent_scale
    from remembering_runs

),

centred_runs as (

    select
        run_id,
        metric,
        arrayElement({{ cohorts }}, cohort_rank) as cohort,
        cohort_run_count,
        {{ shrunk_centre('recent_history', 'parent_centre') }} as centre,
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
    if(lines.fallback != 'fitted' or centred_runs.cohort_run_count = 0, 'workflow', centred_runs.cohort) as cohort,
    if(
        lines.fallback != 'fitted' or centred_runs.cohort_run_count = 0 or centred_runs.cohort = 'workflow',
        lines.line_run_count,
        centred_runs.cohort_run_count
    ) as run_count,
    lines.usual as usual,
    lines.usual_size as usual_size,
    lines.size_effect as size_effect,
    -- Residuals are those of fitted lines of the workflow and model.
    if(lines.fallback = 'fitted', centred_runs.centre, 0.) as cohort_effect,
    lines.usual + lines.size_effect + cohort_effect as predicted,
    greatest(centred_runs.scale, {{ var('calibrated_min_scale') }}) * lines.line_uncertainty as scale,
    -- By how many of its scales a run missed the prediction, once it has ended.
    (features.actual - predicted) / scale as miss
from features
inner join lines
    on
        features.run_id = lines.run_id
        and features.metric = lines.metric
inner join centred_runs
    on
        features.run_id = centred_runs.run_id
        and features.metric = centred_runs.metric
where features.is_new
