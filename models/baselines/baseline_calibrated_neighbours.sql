{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_outdated(['history_version'], 'baseline_calibrated_runs') }}",
    order_by='run_id',
) }}

{#-
    Whether a run ended in slow hours of its model: a slow provider slows the runs of all workflows. Seen by those of other
    workflows that had ended before, so the run's own duration is no part of it.
-#}
{% set rule = var('calibrated_slow_hours') -%}

with

new_runs as (

    select
        run_id,
        history_version
    from {{ ref('baseline_calibrated_runs') }}
    where {{ is_outdated(['history_version']) }}

),

-- New runs, and those that were just before the first of them.
fits as (

    select * from {{ ref('baseline_calibrated_fits') }}
    where
        ended_at >= (
            select min(known.ended_at) - interval {{ rule.hours }} hour
            from {{ ref('baseline_calibrated_fits') }} as known
            where known.run_id in (select new_runs.run_id from new_runs)
        )

),

baselines as (

    select * from {{ ref('baseline_calibrated_runs') }}
    where run_id in (select fits.run_id from fits)

),

scored_runs as (

    select
        fits.run_id as run_id,
        fits.history_version as history_version,
        fits.run_id in (select new_runs.run_id from new_runs) as is_new,
        fits.primary_model as primary_model,
        fits.ended_at as ended_at,
        cityHash64(fits.source, fits.workflow_id) as workflow_key,
        {{ comparable_score('duration') }} as score
    from fits
    inner join baselines
        on fits.run_id = baselines.run_id

),

neighbouring_runs as (

    select
        *,
        groupArrayIf((workflow_key, ended_at, coalesce(score, 0.)), score is not null) over (
            partition by primary_model
            order by ended_at, run_id
            rows between {{ rule.looked_at_runs }} preceding and 1 preceding
        ) as runs_before
    from scored_runs

),

neighbours as (

    select
        *,
        arraySlice(
            arrayMap(
                run -> run.3,
                arrayFilter(
                    run -> primary_model != '' and run.1 != workflow_key and run.2 >= ended_at - interval {{ rule.hours }} hour,
                    runs_before
                )
            ),
            -{{ rule.runs }}
        ) as scores
    from neighbouring_runs
    where is_new

)

select
    run_id,
    history_version,
    toUInt32(length(scores)) as neighbour_count,
    if(neighbour_count < {{ rule.least_runs }}, null, arrayReduce('median', scores)) as neighbour_duration_score,
    toBool(coalesce({{ rounded('neighbour_duration_score') }} > {{ rule.min_score }}, false)) as is_in_slow_hours
from neighbours
