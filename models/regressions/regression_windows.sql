{{ config(order_by='(species_hash, metric, day)') }}

{#-
    Both windows as they stood at the end of a day (UTC): the last runs, and the runs before those.
-#}
{% set windows = var('regression_test_windows') -%}
{% set slopes = var('conditional_slope') -%}
{% set prior = {'cost': slopes.cost, 'duration': slopes.duration, 'quality': 0} -%}

with

observations as (

    select * from {{ ref('regression_observations') }}

),

remembered_observations as (

    select
        *,
        -- Oldest first.
        groupArray((value, explained_by, main_model, ended_at)) over (
            partition by species_hash, metric
            order by position
            rows between {{ windows.recent_runs + windows.baseline_runs }} preceding and current row
        ) as last_runs,
        row_number() over (partition by species_hash, metric, day order by position desc) as nth_of_day

    from observations

),

day_ends as (

    select
        *,
        addDays(toDateTime64(day, 3, 'UTC'), 1 - {{ windows.recent_days }}) as recent_from_at,
        toUInt32(least(
            {{ windows.recent_runs }},
            arrayCount(run -> run.4 >= recent_from_at, last_runs)
        )) as recent_n,
        arraySlice(last_runs, -toInt64(recent_n)) as recent_runs,
        arraySlice(
            arraySlice(last_runs, 1, length(last_runs) - recent_n),
            -{{ windows.baseline_runs }}
        ) as baseline_runs

    from remembered_observations
    where nth_of_day = 1

)

select
    day,
    species_hash,
    metric,
    source,
    workflow_id,
    position as last_position,
    recent_n,
    toUInt32(length(baseline_runs)) as baseline_n,
    -- One slope for all runs of a comparison, from the runs before; drawn towards the prior.
    {{ shrunk_slope('baseline_runs.1', 'baseline_runs.2', by_regression_metric('metric', prior)) }} as baseline_slope,
    arrayMap((y, x) -> y - baseline_slope * x, recent_runs.1, recent_runs.2) as recent_residuals,
    arrayMap((y, x) -> y - baseline_slope * x, baseline_runs.1, baseline_runs.2) as baseline_residuals,
    recent_runs.1 as recent_values,
    recent_runs.2 as recent_explained_by,
    recent_runs.3 as recent_models,
    baseline_runs.3 as baseline_models
from day_ends
