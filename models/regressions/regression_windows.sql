{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_outdated(['species_hash', 'tested_date', 'species_day_version'], 'regression_observations') }}",
    order_by='(species_hash, metric, tested_date)', query_settings={'short_circuit_function_evaluation': 'disable'},
) }}

{#- Both windows as they stood at the end of a day (UTC): the last runs, and the runs before those. -#}
{% set windows = var('regression_test_windows') -%}
{% set slopes = var('conditional_slope') -%}
{% set prior = {'cost': slopes.cost, 'duration': slopes.duration, 'quality': 0} -%}

{% set window_runs = (windows.long_runs | int) + (windows.baseline_runs | int) + 1 -%}

with

observations as materialized (

    select
        *,
        intDiv(position - 1, {{ window_runs }}) as block,
        (position - 1) % {{ window_runs }} + 1 as block_place,
        {{ is_outdated(['species_hash', 'tested_date', 'species_day_version']) }} as is_new
    from {{ ref('regression_observations') }}

),

last_observations as materialized (

    select *
    from observations
    where is_new
    order by position desc
    limit 1 by species_hash, metric, tested_date

),

needed_blocks as (

    select
        species_hash as needed_species,
        metric as needed_metric,
        arrayJoin([toInt64(block), toInt64(block) - 1]) as needed_block
    from last_observations

),

-- A window covers at most two blocks of neighbouring runs; oldest first.
blocks as (

    select
        species_hash,
        metric,
        block,
        arrayMap(
            run -> run.2,
            arraySort(groupArray((position, (value, explained_by, primary_model, ended_at))))
        ) as runs
    from observations
    where (species_hash, metric, toInt64(block)) in (
        select
            needed_blocks.needed_species,
            needed_blocks.needed_metric,
            needed_blocks.needed_block
        from needed_blocks
    )
    group by
        species_hash,
        metric,
        block

),

block_pairs as (

    select
        species_hash,
        metric,
        block,
        lagInFrame(runs) over block_order as previous_runs,
        arrayConcat(previous_runs, runs) as both_runs
    from blocks
    window block_order as (
        partition by species_hash, metric
        order by block
        rows between 1 preceding and current row
    )

),

windowed_observations as (

    select
        last_observations.*,
        arraySlice(
            arraySlice(
                block_pairs.both_runs, 1, length(block_pairs.previous_runs) + last_observations.block_place
            ),
            -{{ window_runs }}
        ) as last_runs
    from last_observations
    inner join block_pairs
        on
            last_observations.species_hash = block_pairs.species_hash
            and last_observations.metric = block_pairs.metric
            and last_observations.block = block_pairs.block

),

day_ends as (

    select
        *,
        addDays(toDateTime64(tested_date, 3, 'UTC'), 1 - {{ windows.recent_days }}) as recent_from_at,
        toUInt32(least(
            greatest({{ windows.recent_runs }}, least({{ windows.long_runs }}, toUInt32(length(last_runs) * {{ windows.long_share }}))),
            arrayCount(run -> run.4 >= recent_from_at, last_runs)
        )) as recent_run_count,
        arraySlice(last_runs, -toInt64(recent_run_count)) as recent_runs,
        arraySlice(
            arraySlice(last_runs, 1, length(last_runs) - recent_run_count),
            -{{ windows.baseline_runs }}
        ) as baseline_runs

    from windowed_observations

)

select
    tested_date,
    species_day_version,
    species_hash,
    metric,
    source,
    workflow_id,
    position as last_position,
    recent_run_count,
    toUInt32(length(baseline_runs)) as baseline_run_count,
    -- One slope for all runs of a comparison, from the baseline runs; shrunk to the prior.
    {{ shrunk_slope('baseline_runs.1', 'baseline_runs.2', by_regression_metric('metric', prior)) }} as baseline_slope,
    arrayMap((y, x) -> y - baseline_slope * x, recent_runs.1, recent_runs.2) as recent_residuals,
    arrayMap((y, x) -> y - baseline_slope * x, baseline_runs.1, baseline_runs.2) as baseline_residuals,
    recent_runs.1 as recent_values,
    recent_runs.2 as recent_explained_by,
    recent_runs.3 as recent_models,
    arrayMap(ended_at -> toDate(ended_at), recent_runs.4) as recent_dates,
    baseline_runs.3 as baseline_models,
    {{ known_models('baseline_models') }} as known_models,
    {{ model_levels('baseline_residuals', 'baseline_models', 'known_models') }} as known_levels
from day_ends
