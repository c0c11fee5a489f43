{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_outdated(['history_version'], 'prediction_lines') }}",
    order_by='(run_id, metric)',
    query_settings={
        'max_block_size': 1024, 'max_joined_block_size_rows': 1024,
        'query_plan_join_swap_table': 'false', 'query_plan_optimize_join_order_limit': 1,
        'short_circuit_function_evaluation': 'disable'
    },
) }}

{#-
    What the line does not know: location and scale of the residuals of the run's species and input category,
    shrunk to those of its species, and these to those of its workflow and model. The predicted logarithm is
    the line's with the location added. Locations are of residuals from the run's own line, not from those that
    earlier runs had: lines of few runs move, and what they left unexplained then is not what this one leaves.
    Scales are of the residuals that the earlier runs had from their lines: those are errors of predictions, and
    of the runs that a line is fitted to it leaves too little.
    Histories are joined last, in small blocks, and not in an order that the engine chooses: a join after them
    would hold those of all runs at once.
-#}
{% set history_runs = var('calibrated_history_runs') | int -%}
{% set recent_runs = var('prediction_recent_runs') | int -%}
{% set cohorts = ['workflow', 'species', 'species_size'] -%}
{% set sizes = range(1, var('prediction_fixed_chars').cost | length + 1) -%}
{% set remembered = ['actual'] -%}
{% for size in sizes %}{% do remembered.append('size_' ~ size) %}{% endfor -%}

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
            intDiv({{ cohort }}_place, {{ recent_runs }}) as {{ cohort }}_block,
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
        {% for size in sizes -%}
            input_sizes[{{ size }}] as size_{{ size }},
        {% endfor -%}
        intDiv(place, {{ recent_runs }}) as block
    from {{ ref('prediction_cohort_runs') }}
    where {{ '(cohort_key, block) in (' ~ needed_blocks('cohorts', cohorts, history_runs, recent_runs) ~ ')' if is_incremental() else '1 = 1' }}

),

{{ measured_histories('placed_runs', ['cohort_key', 'block', 'place'] + remembered, ['residual'], 'rows between ' ~ [history_runs - 1, 0] | max ~ ' preceding and current row') }},

{{ history_blocks('measured_runs', remembered + ['residual_count', 'residual_distance']) }},

known_runs as (

    select *
    from features
    inner join cohorts using (run_id, metric)
    inner join lines using (run_id, metric)

),

remembered_runs as (

    select
        {% for cohort in cohorts -%}
            {%- set histories, run_count = cohort ~ '_histories', cohort ~ '_count' -%}
            if(known_runs.{{ cohort }}_place < 0, 0, {{ histories }}.previous_count + known_runs.{{ cohort }}_place % {{ recent_runs }} + 1) as {{ run_count }},
            arraySort(arrayMap(
                ({{ remembered | join(', ') }}) -> actual - known_runs.line_constant{% for size in sizes %} - known_runs.size_slopes[{{ size }}] * size_{{ size }}{% endfor %},
                {{ history_until(histories, remembered, run_count, recent_runs) }}
            )) as {{ cohort }}_history,
            {{ histories }}.residual_count_until[{{ run_count }}] as {{ cohort }}_error_count,
            {{ histories }}.residual_distance_until[{{ run_count }}] as {{ cohort }}_error_distance,
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
            {{ shrunk_location('length(' ~ cohort ~ '_history)', median_of_sorted(cohort ~ '_history'), parent ~ '_location' if parent else '0.', var('prediction_location_prior_runs')[cohort]) }} as {{ cohort }}_location,
            {{ shrunk_spread(cohort ~ '_error_count', cohort ~ '_error_distance', parent ~ '_scale' if parent else var('calibrated_prior_scale'), var('prediction_scale_prior_runs')[cohort]) }} as {{ cohort }}_scale,
        {% endfor -%}
        *
    from remembered_runs

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
