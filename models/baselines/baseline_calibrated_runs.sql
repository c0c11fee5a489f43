{{ config(order_by='run_id') }}

{#-
    Centre and scale of the residuals a run is judged by: those of its species and model; where these are
    too few, of its input category; else of its workflow and model. Each is shrunk to the workflow's, the
    workflow's to the pool of all.
    Histories are triples of arrays: cost, duration, tokens.
-#}
{% set least = var('calibrated_cohort_min_runs') -%}
{% set no_history = '(emptyArrayFloat64(), emptyArrayFloat64(), emptyArrayFloat64())' -%}

with

residuals as (

    select * from {{ ref('baseline_calibrated_fits') }}

),

pool as (

    select * from {{ ref('baseline_calibrated_pool') }}

),

histories as (

    select
        run_id,
        species_hash,
        toDate(ended_at) as ended_date,
        (
            groupArray(cost_residual) over species_runs,
            groupArray(duration_residual) over species_runs,
            groupArray(tokens_residual) over species_runs
        ) as species_history,
        count(coalesce(cost_residual, duration_residual, tokens_residual)) over species_runs as species_run_count,
        (
            groupArray(cost_residual) over category_runs,
            groupArray(duration_residual) over category_runs,
            groupArray(tokens_residual) over category_runs
        ) as category_history,
        count(coalesce(cost_residual, duration_residual, tokens_residual)) over category_runs as category_run_count,
        (
            groupArray(cost_residual) over workflow_runs,
            groupArray(duration_residual) over workflow_runs,
            groupArray(tokens_residual) over workflow_runs
        ) as workflow_history,
        count(coalesce(cost_residual, duration_residual, tokens_residual)) over workflow_runs as workflow_run_count

    from residuals
    window
        species_runs as (
            partition by species_hash, main_model
            order by ended_at, run_id
            rows between {{ var('calibrated_history_runs') }} preceding and 1 preceding
        ),
        category_runs as (
            partition by source, workflow_id, main_model, input_category
            order by ended_at, run_id
            rows between {{ var('calibrated_history_runs') }} preceding and 1 preceding
        ),
        workflow_runs as (
            partition by source, workflow_id, main_model
            order by ended_at, run_id
            rows between {{ var('calibrated_history_runs') }} preceding and 1 preceding
        )

),

chosen_histories as (

    select
        histories.run_id as run_id,
        multiIf(
            histories.species_hash is not null and histories.species_run_count >= {{ least }}, 'species',
            histories.category_run_count >= {{ least }}, 'category',
            'workflow'
        ) as cohort,
        multiIf(
            cohort = 'species', histories.species_run_count,
            cohort = 'category', histories.category_run_count,
            histories.workflow_run_count
        ) as cohort_run_count,
        -- The workflow's own history is the parent of the others already.
        multiIf(
            cohort = 'species', histories.species_history,
            cohort = 'category', histories.category_history,
            {{ no_history }}
        ) as history,
        histories.workflow_history as workflow_history,
        if(pool.cost_run_count = 0, {{ var('calibrated_prior_scale') }}, pool.cost_scale) as pool_cost_scale,
        if(pool.duration_run_count = 0, {{ var('calibrated_prior_scale') }}, pool.duration_scale) as pool_duration_scale,
        if(pool.tokens_run_count = 0, {{ var('calibrated_prior_scale') }}, pool.tokens_scale) as pool_tokens_scale

    from histories
    left join pool
        on histories.ended_date = pool.pool_date

),

parents as (

    select
        *,
        {{ shrunk_centre('workflow_history.1', '0.') }} as parent_cost_centre,
        {{ shrunk_scale('workflow_history.1', 'pool_cost_scale') }} as parent_cost_scale,
        {{ shrunk_centre('workflow_history.2', '0.') }} as parent_duration_centre,
        {{ shrunk_scale('workflow_history.2', 'pool_duration_scale') }} as parent_duration_scale,
        {{ shrunk_centre('workflow_history.3', '0.') }} as parent_tokens_centre,
        {{ shrunk_scale('workflow_history.3', 'pool_tokens_scale') }} as parent_tokens_scale

    from chosen_histories

),

scaled_runs as (

    select
        run_id,
        cohort,
        cohort_run_count,
        {{ shrunk_centre('history.1', 'parent_cost_centre') }} as cost_centre,
        {{ shrunk_scale('history.1', 'parent_cost_scale') }} as cost_own_scale,
        {{ shrunk_centre('history.2', 'parent_duration_centre') }} as duration_centre,
        {{ shrunk_scale('history.2', 'parent_duration_scale') }} as duration_own_scale,
        {{ shrunk_centre('history.3', 'parent_tokens_centre') }} as tokens_centre,
        {{ shrunk_scale('history.3', 'parent_tokens_scale') }} as tokens_own_scale

    from parents

)

-- A cohort without spread is judged too: by the least spread that is worth a word.
select
    run_id,
    cohort,
    cohort_run_count,
    cost_centre,
    duration_centre,
    tokens_centre,
    greatest(cost_own_scale, {{ var('calibrated_min_scale') }}) as cost_scale,
    greatest(duration_own_scale, {{ var('calibrated_min_scale') }}) as duration_scale,
    greatest(tokens_own_scale, {{ var('calibrated_min_scale') }}) as tokens_scale
from scaled_runs
