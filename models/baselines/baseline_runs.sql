{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_outdated(['history_version'], 'int_completed_runs') }}",
    order_by='run_id',
) }}

{#-
    A run is compared with the runs that had ended before it ended, never with itself or later ones
    (K2): every window stops one row short, in the order of ended_at with the run's id as tie-break.
    Runs that are judged already are settled: only their sums are needed.
-#}
{% set cohorts = {
    'workflow': ['source', 'workflow_id'],
    'cluster': ['source', 'workflow_id', 'input_category'],
    'genus': ['genus_hash'],
    'species': ['species']
} -%}
{% set metrics = ['cost', 'duration', 'tokens'] -%}
{% set recent = 2 * var('regression_window_runs') -%}
{% set columns = [
    'run_id', 'history_version', 'source', 'workflow_id', 'input_category', 'genus_hash', 'species', 'ended_at',
    'cost', 'duration', 'tokens', 'has_error', 'cost_and_duration'
] -%}

with

runs as materialized (

    select
        run_id,
        history_version,
        source,
        workflow_id,
        input_category,
        genus_hash,
        coalesce(species_hash, '') as species,
        ended_at,
        {{ exact('total_cost_usd') }} as cost,
        {{ exact('total_duration_ms') }} as duration,
        {{ exact('total_tokens') }} as tokens,
        error_count > 0 as has_error,
        (toFloat64(total_cost_usd), total_duration_ms) as cost_and_duration,
        {{ is_outdated(['history_version']) }} as is_new
    from {{ ref('int_completed_runs') }}

),

new_runs as (

    select * from runs
    where is_new

),

settled_runs as (

    select * from runs
    where not is_new

),

{% for cohort, keys in cohorts.items() -%}
    settled_{{ cohort }} as (

        {{ settled_baseline(keys, metrics) }}

    ),

{% endfor -%}
new_species as (

    select distinct species from new_runs

),

last_species_runs as (

    select
        settled_runs.species as species,
        settled_runs.ended_at as ended_at,
        settled_runs.run_id as run_id,
        settled_runs.cost_and_duration as cost_and_duration
    from settled_runs
    inner join new_species using (species)
    order by
        ended_at desc,
        run_id desc
    limit {{ recent }} by species

),

settled_recent as (

    select
        species,
        arrayMap(run -> run.3, arraySort(groupArray((ended_at, run_id, cost_and_duration)))) as runs
    from last_species_runs
    group by species

),

{{ baselines_in_turn(cohorts, metrics, columns) }},

compared_runs as (

    select
        species_compared.*,
        arraySlice(
            arrayConcat(settled_recent.runs, groupArray(species_compared.cost_and_duration) over recent_species_runs),
            -{{ recent }}
        ) as recent_species_runs
    from species_compared
    left join settled_recent using (species)
    window recent_species_runs as (
        partition by species_compared.species
        order by species_compared.ended_at, species_compared.run_id
        rows between {{ recent }} preceding and 1 preceding
    )

)

select
    run_id,
    history_version,
    {% for cohort in cohorts -%}
        -- Runs whose species is unknown are no species.
        {% set unknown = "compared_runs.species = ''" if cohort == 'species' else '1 = 0' -%}
        if({{ unknown }}, 0, compared_runs.{{ cohort }}_run_count) as {{ cohort }}_run_count,
        if({{ unknown }}, 0, compared_runs.{{ cohort }}_error_run_count) as {{ cohort }}_error_run_count,
        {% for metric in metrics -%}
            if({{ unknown }}, null, compared_runs.{{ cohort }}_avg_{{ metric }}) as {{ cohort }}_avg_{{ metric }},
            if({{ unknown }}, null, compared_runs.{{ cohort }}_stddev_{{ metric }}) as {{ cohort }}_stddev_{{ metric }},
        {% endfor -%}
        if({{ unknown }}, null, compared_runs.{{ cohort }}_start_at) as {{ cohort }}_start_at,
        if({{ unknown }}, null, compared_runs.{{ cohort }}_end_at) as {{ cohort }}_end_at,
    {% endfor -%}
    if(species = '', [], compared_runs.recent_species_runs) as recent_species_runs
from compared_runs
