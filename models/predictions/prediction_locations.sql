{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_outdated(['run_id', 'history_version'], 'prediction_lines') }}",
    order_by='(run_id, metric)',
    query_settings={'max_block_size': 4096, 'max_joined_block_size_rows': 4096, 'short_circuit_function_evaluation': 'disable'},
) }}

{#-
    What the line does not know: location and scale of the residuals of the run's species and input category,
    shrunk to those of its species, and these to those of its workflow and model. The predicted logarithm is
    the line's with the location added. Locations are of residuals from the run's own line, not from those that
    earlier runs had: lines of few runs move, and what they left unexplained then is not what this one leaves.
    Scales are of the residuals that the earlier runs had from their lines: those are errors of predictions, and
    of the runs that a line is fitted to it leaves too little.
-#}
{% set history_runs = var('calibrated_history_runs') | int -%}
{% set recent_runs = var('prediction_recent_runs') | int -%}
{% set cohorts = ['workflow', 'species', 'species_size'] -%}
{% set location_prior_runs = var('prediction_location_prior_runs') -%}
{% set scale_prior_runs = var('prediction_scale_prior_runs') -%}
{% set sizes = range(1, var('prediction_fixed_chars').cost | length + 1) -%}

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
        {% for cohort in cohorts -%}
            intDiv({{ cohort }}_place, {{ history_runs }}) as {{ cohort }}_block,
        {% endfor -%}
        *
    from {{ ref('prediction_cohorts') }}
    where {{ is_outdated(['run_id', 'history_version']) }}

),

placed_runs as (

    select
        *,
        intDiv(place, {{ history_runs }}) as block,
        tuple(actual, {% for size in sizes %}input_sizes[{{ size }}]{{ ', ' }}{% endfor %}coalesce(residual, nan)) as value
    from {{ ref('prediction_cohort_runs') }}

),

{{ history_blocks('placed_runs', 'value') }},

remembering_runs as (

    select
        cohorts.run_id as run_id,
        cohorts.metric as metric,
        cohorts.cohort as cohort,
        -- What the line of this run leaves unexplained of each earlier one, and what their own lines did.
        {% for cohort in cohorts -%}
            {{ history_until(cohort ~ '_histories', 'cohorts.' ~ cohort ~ '_place', history_runs) }} as {{ cohort }}_runs,
            arrayMap(
                run -> run.1 - lines.line_constant{% for size in sizes %} - lines.size_slopes[{{ size }}] * run.{{ size + 1 }}{% endfor %},
                arraySlice({{ cohort }}_runs, -{{ recent_runs }})
            ) as {{ cohort }}_history,
            arrayFilter(error -> not isNaN(error), tupleElement({{ cohort }}_runs, {{ sizes | length + 2 }})) as {{ cohort }}_errors,
        {% endfor -%}
        toUInt32(least(cohorts.last_place + 1, {{ history_runs }})) as cohort_run_count
    from cohorts
    inner join lines
        on
            cohorts.run_id = lines.run_id
            and cohorts.metric = lines.metric
    {% for cohort in cohorts -%}
        left join histories as {{ cohort }}_histories
            on
                cohorts.{{ cohort }}_key = {{ cohort }}_histories.cohort_key
                and cohorts.{{ cohort }}_block = {{ cohort }}_histories.block
    {% endfor %}
),

located_runs as (

    select
        run_id,
        metric,
        cohort,
        cohort_run_count,
        {% for cohort in cohorts -%}
            {%- set parent = none if loop.first else cohorts[loop.index0 - 1] -%}
            {{ shrunk_location(cohort ~ '_history', parent ~ '_location' if parent else '0.', location_prior_runs[cohort]) }} as {{ cohort }}_location,
            {{ shrunk_scale(cohort ~ '_errors', parent ~ '_scale' if parent else var('calibrated_prior_scale'), scale_prior_runs[cohort]) }} as {{ cohort }}_scale,
        {% endfor -%}
        species_size_location as location,
        species_size_scale as scale
    from remembering_runs

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
    lines.line_run_count as line_run_count,
    lines.fixed_chars as fixed_chars,
    features.known_cost_usd as known_cost_usd,
    lines.avg_actual as avg_actual,
    lines.avg_input_size as avg_input_size,
    lines.size_effect as size_effect,
    -- A line of few runs leaves too little to correct it by.
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
