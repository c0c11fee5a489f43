-- What several branches read is computed once, for all rows, and not again in each: a third to two thirds of the time less.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_outdated(['history_version'], 'baseline_calibrated_cohorts') }}",
    order_by='run_id',
    query_settings={'max_block_size': 1024, 'short_circuit_function_evaluation': 'disable'},
) }}

{#-
    Location and scale of the residuals that a run is judged by: those of its cohort, shrunk to those of its
    workflow and model, and these to the pool of all. Small blocks, because histories are long.
-#}
{% set history_runs = var('calibrated_history_runs') | int -%}
{% set metrics = ['cost', 'duration', 'tokens'] -%}

with

cohorts as (

    select
        *,
        {{ is_outdated(['history_version']) }} as is_new
    from {{ ref('baseline_calibrated_cohorts') }}

),

pool as (

    select * from {{ ref('baseline_calibrated_pool') }}

),

new_runs as (

    select
        *,
        intDiv(chosen_place, {{ history_runs }}) as chosen_block,
        intDiv(workflow_place, {{ history_runs }}) as workflow_block
    from cohorts
    where is_new

),

placed_runs as (

    select
        run_id,
        is_new,
        cohort,
        {% for metric in metrics -%}
            residual.{{ loop.index }} as {{ metric }},
        {% endfor -%}
        arrayJoin([
            ('species', species_key, species_place),
            ('category', category_key, category_place),
            ('workflow', workflow_key, workflow_place)
        ]) as placed,
        placed.1 as placed_cohort,
        placed.2 as cohort_key,
        placed.3 as place
    from cohorts
    where {{ '(cohort_key, toInt64(intDiv(place, ' ~ history_runs ~ '))) in (' ~ needed_blocks('new_runs', ['chosen', 'workflow'], history_runs, history_runs) ~ ')' if is_incremental() else '1 = 1' }}

),

{{ measured_histories(
    'placed_runs',
    ['run_id', 'is_new', 'cohort', 'placed_cohort'],
    metrics,
    'rows between ' ~ history_runs ~ ' preceding and 1 preceding',
    "is_new and (placed_cohort = 'workflow' or placed_cohort = cohort)"
) }},

measured_histories as materialized (

    select * from measured_runs

),

parents as (

    select
        new_runs.run_id as run_id,
        new_runs.history_version as history_version,
        new_runs.cohort as cohort,
        new_runs.cohort_run_count as cohort_run_count,
        -- Half a run more than seen; a half where too few are known.
        if(pool.run_count < {{ var('calibrated_pool_min_runs') }}, 0.5, (pool.run_count - pool.output_run_count + 0.5) / (pool.run_count + 1)) as silent_share,
    {% for metric in metrics -%}
        if(pool.{{ metric }}_run_count = 0, {{ var('calibrated_prior_scale') }}, pool.{{ metric }}_scale) as pool_{{ metric }}_scale,
        {{ shrunk_location('workflows.' ~ metric ~ '_count', 'workflows.' ~ metric ~ '_median', '0.') }} as parent_{{ metric }}_location,
        {{ shrunk_spread('workflows.' ~ metric ~ '_count', 'workflows.' ~ metric ~ '_distance', 'pool_' ~ metric ~ '_scale') }} as parent_{{ metric }}_scale{{ ',' if not loop.last }}
    {% endfor %}
    from new_runs
    left join measured_histories as workflows
        on
            new_runs.run_id = workflows.run_id
            and workflows.placed_cohort = 'workflow'
    left join pool
        on new_runs.ended_date = pool.ended_date

)

-- The workflow's own history is the parent of the others already. A cohort without spread is judged too, by the
-- smallest scale that counts.
select
    parents.run_id as run_id,
    parents.history_version as history_version,
    parents.cohort as cohort,
    parents.cohort_run_count as cohort_run_count,
    parents.silent_share as silent_share,
{% for metric in metrics -%}
    {{ shrunk_location('chosen.' ~ metric ~ '_count', 'chosen.' ~ metric ~ '_median', 'parents.parent_' ~ metric ~ '_location') }} as {{ metric }}_location,
    {{ shrunk_spread('chosen.' ~ metric ~ '_count', 'chosen.' ~ metric ~ '_distance', 'parents.parent_' ~ metric ~ '_scale') }} as {{ metric }}_scale,
    pow(parents.pool_{{ metric }}_scale / {{ metric }}_scale, {{ var('calibrated_bound_exponent') }}) as {{ metric }}_bound_factor{{ ',' if not loop.last }}
{% endfor %}
from parents
left join measured_histories as chosen
    on
        parents.run_id = chosen.run_id
        and chosen.placed_cohort != 'workflow'
