{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_outdated(['run_id', 'history_version'], 'baseline_calibrated_fits') }}",
    order_by='run_id',
    query_settings={
        'max_block_size': 4096, 'max_joined_block_size_rows': 4096, 'query_plan_join_swap_table': 'false'
    },
) }}

{#-
    Centre and scale of the residuals a run is judged by: those of its species and model; where these are
    too few, of its input category; else of its workflow and model. Each is shrunk to the workflow's, the
    workflow's to the pool of all.
    Histories are triples of arrays: cost, duration, tokens. They are read from blocks of neighbouring
    runs, of which a run needs its own and the one before.
    Small blocks of runs are joined with them: swapped, all runs with all histories would be held at once.
-#}
{% set least = var('calibrated_cohort_min_runs') -%}
{% set no_history = '(emptyArrayFloat64(), emptyArrayFloat64(), emptyArrayFloat64())' -%}
{% set reach = var('calibrated_history_runs') | int -%}
{% set cohorts = {
    'species': ['species_hash', 'primary_model'],
    'category': ['source', 'workflow_id', 'primary_model', 'input_category'],
    'workflow': ['source', 'workflow_id', 'primary_model']
} -%}

with

residuals as (

    select
        *,
        (cost_residual, duration_residual, tokens_residual) as residual,
        coalesce(cost_residual, duration_residual, tokens_residual) is not null as has_residual,
        {% for cohort, keys in cohorts.items() -%}
            cityHash64('{{ cohort }}', tuple({{ keys | join(', ') }})) as {{ cohort }}_key,
        {% endfor -%}
        {{ is_outdated(['run_id', 'history_version']) }} as is_new
    from {{ ref('baseline_calibrated_fits') }}

),

pool as (

    select * from {{ ref('baseline_calibrated_pool') }}

),

-- Where in each of its cohorts a run stands, and how many residuals are within reach.
numbered_runs as materialized (

    select
        *,
    {% for cohort in cohorts -%}
        toUInt32(row_number() over {{ cohort }}_order) - 1 as {{ cohort }}_place,
        countIf(has_residual) over {{ cohort }}_runs as {{ cohort }}_run_count{{ ',' if not loop.last }}
    {% endfor %}
    from residuals
    window
    {% for cohort in cohorts -%}
            {{ cohort }}_order as (
                partition by {{ cohort }}_key
                order by ended_at, run_id
            ),
            {{ cohort }}_runs as (
                partition by {{ cohort }}_key
                order by ended_at, run_id
                rows between {{ reach }} preceding and 1 preceding
            ){{ ',' if not loop.last }}
    {% endfor %}

),

new_runs as materialized (

    select
        run_id,
        history_version,
        toDate(ended_at) as ended_date,
        multiIf(
            species_hash is not null and species_run_count >= {{ least }}, 'species',
            category_run_count >= {{ least }}, 'category',
            'workflow'
        ) as cohort,
        {% for part in ['key', 'place', 'run_count'] -%}
            multiIf(
                cohort = 'species', species_{{ part }},
                cohort = 'category', category_{{ part }},
                workflow_{{ part }}
            ) as cohort_{{ part }},
        {% endfor -%}
        workflow_key,
        workflow_place,
        intDiv(cohort_place, {{ reach }}) as cohort_block,
        intDiv(workflow_place, {{ reach }}) as workflow_block

    from numbered_runs
    where is_new

),

-- Blocks that new runs stand in, and those before them.
needed_blocks as (

    select
        cohort_key as needed_key,
        arrayJoin([cohort_block, cohort_block - 1]) as needed_block
    from new_runs

    union distinct

    select
        workflow_key as needed_key,
        arrayJoin([workflow_block, workflow_block - 1]) as needed_block
    from new_runs

),

cohort_runs as (

    select
        arrayJoin([
            {% for cohort in cohorts -%}
                ({{ cohort }}_key, {{ cohort }}_place){{ ',' if not loop.last }}
            {% endfor %}
        ]) as stand,
        stand.1 as cohort_key,
        stand.2 as place,
        intDiv(place, {{ reach }}) as block,
        residual
    from numbered_runs
    where (cohort_key, toInt64(block)) in (
        select
            needed_blocks.needed_key,
            needed_blocks.needed_block
        from needed_blocks
    )

),

blocks as (

    select
        cohort_key,
        block,
        arrayMap(run -> run.2, arraySort(groupArray((place, residual)))) as residuals
    from cohort_runs
    group by
        cohort_key,
        block

),

-- Of a run in a block, the runs before it are in these.
histories as materialized (

    select
        cohort_key,
        block,
        lagInFrame(residuals) over block_order as previous_residuals,
        arrayConcat(previous_residuals, residuals) as residuals_until,
        length(previous_residuals) as previous_count
    from blocks
    window block_order as (
        partition by cohort_key
        order by block
        rows between 1 preceding and current row
    )

),

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
            {{ history_before('cohort_histories', 'new_runs.cohort_place', reach) }}
        ) as history,
        {{ history_before('workflow_histories', 'new_runs.workflow_place', reach) }} as workflow_history,
    {% for metric in ['cost', 'duration', 'tokens'] -%}
        if(pool.{{ metric }}_run_count = 0, {{ var('calibrated_prior_scale') }}, pool.{{ metric }}_scale) as pool_{{ metric }}_scale{{ ',' if not loop.last }}
    {% endfor %}
    from new_runs
    left join histories as cohort_histories
        on
            new_runs.cohort_key = cohort_histories.cohort_key
            and new_runs.cohort_block = cohort_histories.block
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
        {{ shrunk_centre('workflow_history.1', '0.') }} as parent_cost_centre,
        {{ shrunk_scale('workflow_history.1', 'pool_cost_scale') }} as parent_cost_scale,
        {{ shrunk_centre('workflow_history.2', '0.') }} as parent_duration_centre,
        {{ shrunk_scale('workflow_history.2', 'pool_duration_scale') }} as parent_duration_scale,
        {{ shrunk_centre('workflow_history.3', '0.') }} as parent_tokens_centre,
        {{ shrunk_scale('workflow_history.3', 'pool_tokens_scale') }} as parent_tokens_scale

    from judged_runs

),

scaled_runs as (

    select
        run_id,
        history_version,
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
    history_version,
    cohort,
    cohort_run_count,
    cost_centre,
    duration_centre,
    tokens_centre,
    greatest(cost_own_scale, {{ var('calibrated_min_scale') }}) as cost_scale,
    greatest(duration_own_scale, {{ var('calibrated_min_scale') }}) as duration_scale,
    greatest(tokens_own_scale, {{ var('calibrated_min_scale') }}) as tokens_scale
from scaled_runs
