{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_outdated(['history_version'], 'prediction_lines') }}",
    order_by='(run_id, metric)',
    query_settings={
        'max_block_size': 1024, 'max_joined_block_size_rows': 1024,
        'query_plan_join_swap_table': 'false', 'short_circuit_function_evaluation': 'disable'
    },
) }}

{#-
    What the line does not know: location and scale of the residuals of the run's species and input category,
    shrunk to those of its species, and these to those of its workflow and model. The predicted logarithm is
    the line's with the location added. Locations are of residuals from the run's own line, not from those that
    earlier runs had: lines of few runs move, and what they left unexplained then is not what this one leaves.
    Scales are of the residuals that the earlier runs had from their lines: those are errors of predictions, and
    of the runs that a line is fitted to it leaves too little.
    Histories are joined last, in small blocks: a join after them would hold those of all runs at once.
-#}
{% set history_runs = var('calibrated_history_runs') | int -%}
{% set recent_runs = var('prediction_recent_runs') | int -%}
{% set cohorts = ['workflow', 'species', 'species_size'] -%}
{% set location_prior_runs = var('prediction_location_prior_runs') -%}
{% set scale_prior_runs = var('prediction_scale_prior_runs') -%}
{% set sizes = range(1, var('prediction_fixed_chars').cost | length + 1) -%}

with

features as (

    select * except (fixed_chars) from {{ ref('prediction_features') }}
    where {{ is_outdated(['history_version']) }}

),

lines as (

    select * except (history_version, residual) from {{ ref('prediction_lines') }}
    where {{ is_outdated(['history_version']) }}

),

cohorts as (

    select
        {% for cohort in cohorts -%}
            intDiv({{ cohort }}_place, {{ history_runs }}) as {{ cohort }}_block,
        {% endfor -%}
        toUInt32(least(last_place + 1, {{ history_runs }})) as cohort_run_count,
        cohort as narrowest_cohort,
        * except (history_version, cohort, last_place)
    from {{ ref('prediction_cohorts') }}
    where {{ is_outdated(['history_version']) }}

),

placed_runs as (

    select
        *,
        intDiv(place, {{ history_runs }}) as block,
        tuple(actual, {% for size in sizes %}input_sizes[{{ size }}]{{ ', ' }}{% endfor %}coalesce(residual, nan)) as value
    from {{ ref('prediction_cohort_runs') }}
    where {{ '(cohort_key, block) in (' ~ needed_blocks('cohorts', cohorts) ~ ')' if is_incremental() else '1 = 1' }}

),

{{ history_blocks('placed_runs', 'value') }},

known_runs as (

    select *
    from features
    inner join cohorts using (run_id, metric)
    inner join lines using (run_id, metric)

),

remembering_runs as (

    select
        -- What the line of this run leaves unexplained of each earlier one, and what their own lines did.
        {% for cohort in cohorts -%}
            {%- set histories, place = cohort ~ '_histories', 'known_runs.' ~ cohort ~ '_place' -%}
            {%- set recent = [] -%}
            {%- for element in range(1, sizes | length + 2) -%}
                {%- do recent.append(history_until(histories, place, history_runs, element, recent_runs)) -%}
            {%- endfor -%}
            arrayMap(
                (actual{% for size in sizes %}, size_{{ size }}{% endfor %}) -> actual - known_runs.line_constant{% for size in sizes %} - known_runs.size_slopes[{{ size }}] * size_{{ size }}{% endfor %},
                {{ recent | join(', ') }}
            ) as {{ cohort }}_history,
            arrayFilter(
                error -> not isNaN(error),
                {{ history_until(histories, place, history_runs, sizes | length + 2, history_runs) }}
            ) as {{ cohort }}_errors,
        {% endfor -%}
        known_runs.*
    from known_runs
    {% for cohort in cohorts -%}
        left join histories as {{ cohort }}_histories
            on
                known_runs.{{ cohort }}_key = {{ cohort }}_histories.cohort_key
                and known_runs.{{ cohort }}_block = {{ cohort }}_histories.block
    {% endfor %}
),

located_runs as (

    select
        {% for cohort in cohorts -%}
            {%- set parent = none if loop.first else cohorts[loop.index0 - 1] -%}
            {{ shrunk_location(cohort ~ '_history', parent ~ '_location' if parent else '0.', location_prior_runs[cohort]) }} as {{ cohort }}_location,
            {{ shrunk_spread(cohort ~ '_errors', parent ~ '_scale' if parent else var('calibrated_prior_scale'), scale_prior_runs[cohort]) }} as {{ cohort }}_scale,
        {% endfor -%}
        *
    from remembering_runs

)

select
    run_id,
    metric,
    history_version,
    day_start_version,
    source,
    workflow_id,
    primary_model,
    input_chars,
    started_at,
    started_date,
    ended_at,
    fallback,
    -- The runs of the line, where no residuals say more.
    if(fallback != 'fitted' or cohort_run_count = 0, 'workflow', narrowest_cohort) as cohort,
    if(fallback != 'fitted' or cohort_run_count = 0 or narrowest_cohort = 'workflow', line_run_count, cohort_run_count) as run_count,
    line_run_count,
    fixed_chars,
    known_cost_usd,
    avg_actual,
    avg_input_size,
    size_effect,
    -- A line of few runs leaves too little to correct it by.
    if(fallback = 'fitted', species_size_location, 0.) as cohort_effect,
    avg_actual + size_effect + cohort_effect as predicted,
    greatest(species_size_scale, {{ var('calibrated_min_scale') }}) * line_standard_error_factor as scale,
    -- How many scales above the prediction a run ended.
    (actual - predicted) / scale as standardized_residual
from located_runs
