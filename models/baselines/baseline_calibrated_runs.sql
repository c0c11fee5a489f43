-- What several branches read is computed once, for all rows, and not again in each: a third to two thirds of the time less.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_outdated(['history_version'], 'baseline_calibrated_cohorts') }}",
    order_by='run_id',
    query_settings={
        'max_block_size': 1024, 'max_joined_block_size_rows': 1024,
        'query_plan_join_swap_table': 'false', 'short_circuit_function_evaluation': 'disable'
    },
) }}

{#-
    Location and scale of the residuals that a run is judged by: those of its cohort, shrunk to those of its
    workflow and model, and these to the pool of all.
    Histories are triples of arrays: cost, duration, tokens.
    Small blocks of runs are joined with them: swapped, all runs with all histories would be held at once.
-#}
{% set no_history = '(emptyArrayFloat64(), emptyArrayFloat64(), emptyArrayFloat64())' -%}
{% set history_runs = var('calibrated_history_runs') | int -%}
{% set metrics = ['cost', 'duration', 'tokens'] -%}

with

cohorts as (

    select * from {{ ref('baseline_calibrated_cohorts') }}

),

pool as (

    select * from {{ ref('baseline_calibrated_pool') }}

),

new_runs as materialized (

    select
        *,
        intDiv(chosen_place, {{ history_runs }}) as chosen_block,
        intDiv(workflow_place, {{ history_runs }}) as workflow_block
    from cohorts
    where {{ is_outdated(['history_version']) }}

),

needed_blocks as (

    {{ needed_blocks('new_runs', ['chosen', 'workflow']) }}

),

placed_runs as (

    select
        arrayJoin([
            (species_key, species_place), (category_key, category_place), (workflow_key, workflow_place)
        ]) as key_and_place,
        key_and_place.1 as cohort_key,
        key_and_place.2 as place,
        intDiv(place, {{ history_runs }}) as block,
        cohorts.residual as residual
    from cohorts
    where (cohort_key, toInt64(block)) in (
        select
            needed_blocks.needed_key,
            needed_blocks.needed_block
        from needed_blocks
    )

),

{{ history_blocks('placed_runs') }},

judged_runs as (

    select
        new_runs.run_id as run_id,
        new_runs.history_version as history_version,
        new_runs.cohort as cohort,
        new_runs.cohort_run_count as cohort_run_count,
        -- The workflow's own history is the parent of the others already.
        if(
            new_runs.cohort = 'workflow',
            {{ no_history }},
            {{ history_before('chosen_histories', 'new_runs.chosen_place', history_runs) }}
        ) as history,
        {{ history_before('workflow_histories', 'new_runs.workflow_place', history_runs) }} as workflow_history,
        -- Half a run more than seen; a half where too few are known.
        if(pool.run_count < {{ var('calibrated_pool_min_runs') }}, 0.5, (pool.run_count - pool.output_run_count + 0.5) / (pool.run_count + 1)) as silent_share,
    {% for metric in metrics -%}
        if(pool.{{ metric }}_run_count = 0, {{ var('calibrated_prior_scale') }}, pool.{{ metric }}_scale) as pool_{{ metric }}_scale{{ ',' if not loop.last }}
    {% endfor %}
    from new_runs
    left join histories as chosen_histories
        on
            new_runs.chosen_key = chosen_histories.cohort_key
            and new_runs.chosen_block = chosen_histories.block
    left join histories as workflow_histories
        on
            new_runs.workflow_key = workflow_histories.cohort_key
            and new_runs.workflow_block = workflow_histories.block
    left join pool
        on new_runs.ended_date = pool.ended_date

),

parents as (

    select
        *,
    {% for metric in metrics -%}
        {{ shrunk_location('workflow_history.' ~ loop.index, '0.') }} as parent_{{ metric }}_location,
        {{ shrunk_spread('workflow_history.' ~ loop.index, 'pool_' ~ metric ~ '_scale') }} as parent_{{ metric }}_scale{{ ',' if not loop.last }}
    {% endfor %}
    from judged_runs

)

-- A cohort without spread is judged too, by the smallest scale that counts.
select
    run_id,
    history_version,
    cohort,
    cohort_run_count,
    silent_share,
{% for metric in metrics -%}
    {{ shrunk_location('history.' ~ loop.index, 'parent_' ~ metric ~ '_location') }} as {{ metric }}_location,
    {{ shrunk_spread('history.' ~ loop.index, 'parent_' ~ metric ~ '_scale') }} as {{ metric }}_scale,
    pow(pool_{{ metric }}_scale / {{ metric }}_scale, {{ var('calibrated_bound_exponent') }}) as {{ metric }}_bound_factor{{ ',' if not loop.last }}
{% endfor %}
from parents
