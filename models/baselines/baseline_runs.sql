{{ config(order_by='run_id') }}

{#-
    A run is compared with the runs that had ended before it ended, never with itself or later ones
    (K2): every window stops one row short, in the order of ended_at with the run's id as tie-break.
-#}
with

runs as (

    select
        run_id,
        source,
        workflow_id,
        input_category,
        genus_hash,
        species_hash,
        ended_at,
        toFloat64(total_cost_usd) as cost,
        total_duration_ms as duration,
        toFloat64(total_tokens) as tokens,
        error_count > 0 as has_error
    from {{ ref('int_runs') }}
    where is_completed

),

compared_runs as (

    select
        run_id,
        species_hash,
        {{ baseline('global', ['cost', 'duration', 'tokens'], ['avg']) }},
        {{ baseline('cluster', ['cost', 'duration', 'tokens'], ['avg', 'stddev']) }},
        {{ baseline('genus', ['cost', 'duration'], ['avg']) }},
        {{ baseline('species', ['cost', 'duration'], ['avg']) }},
        countIf(has_error) over global_runs as global_error_run_count,
        groupArray((cost, duration)) over recent_species_runs as recent_species_runs

    from runs
    window
        global_runs as (
            partition by source, workflow_id
            order by ended_at, run_id
            rows between unbounded preceding and 1 preceding
        ),
        cluster_runs as (
            partition by source, workflow_id, input_category
            order by ended_at, run_id
            rows between unbounded preceding and 1 preceding
        ),
        genus_runs as (
            partition by genus_hash
            order by ended_at, run_id
            rows between unbounded preceding and 1 preceding
        ),
        species_runs as (
            partition by species_hash
            order by ended_at, run_id
            rows between unbounded preceding and 1 preceding
        ),
        recent_species_runs as (
            partition by species_hash
            order by ended_at, run_id
            rows between {{ 2 * var('regression_window_runs') }} preceding and 1 preceding
        )

)

select
    run_id,
    global_run_count,
    global_avg_cost,
    global_avg_duration,
    global_avg_tokens,
    global_error_run_count,
    cluster_run_count,
    cluster_avg_cost,
    cluster_stddev_cost,
    cluster_avg_duration,
    cluster_stddev_duration,
    cluster_avg_tokens,
    cluster_stddev_tokens,
    cluster_start_at,
    cluster_end_at,
    genus_run_count,
    genus_avg_cost,
    genus_avg_duration,
    -- Runs whose species is unknown are no species.
    if(species_hash is null, 0, species_run_count) as species_run_count,
    if(species_hash is null, null, species_avg_cost) as species_avg_cost,
    if(species_hash is null, null, species_avg_duration) as species_avg_duration,
    if(species_hash is null, [], recent_species_runs) as recent_species_runs
from compared_runs
