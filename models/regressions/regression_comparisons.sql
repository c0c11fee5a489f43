{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_outdated(['species_hash', 'tested_date', 'species_day_version'], 'regression_windows') }}",
    order_by='(species_hash, metric, tested_date)',
) }}

{#-
    Are the recent runs more expensive, slower or worse than those before them, and by how much? Rank test and
    shift (Hodges-Lehmann) with its rank interval, on residuals. Runs of all models are compared: a more
    expensive model makes a more expensive species.
-#}
{% set windows = var('regression_test_windows') -%}

with

windows as (

    select * from {{ ref('regression_windows') }}
    where
        recent_run_count >= {{ windows.minimum_recent_runs }}
        and baseline_run_count >= {{ windows.minimum_baseline_runs }}
        and {{ is_outdated(['species_hash', 'tested_date', 'species_day_version']) }}

),

tested_windows as (

    select
        *,
        tupleElement(
            arrayReduce(
                'mannWhitneyUTest(\'less\')',
                arrayConcat(baseline_residuals, recent_residuals),
                arrayConcat(arrayWithConstant(baseline_run_count, 0), arrayWithConstant(recent_run_count, 1))
            ),
            'p_value'
        ) as p_value,
        -- No shift for what the test alone calls chance: it could not become significant.
        p_value <= {{ var('regression_false_discovery_rate') }} as is_candidate,
        if(is_candidate, recent_residuals, []) as sized_residuals,
        if(is_candidate, recent_models, []) as sized_models

    from windows

),

compared_windows as (

    select
        *,
        arraySort(arrayFlatten(
            arrayMap(
                recent -> arrayMap(baseline -> recent - baseline, baseline_residuals),
                sized_residuals
            )
        )) as shifts,
        -- Ranks between the middle of the shifts and the ends of the interval.
        {{ var('interval_z') }} * sqrt(recent_run_count * baseline_run_count * (recent_run_count + baseline_run_count + 1) / 12) as shift_reach,
        greatest(1, toInt64(floor(recent_run_count * baseline_run_count / 2 - shift_reach))) as shift_rank,
        arrayReduce('medianOrNull', shifts) as shift,
        if(empty(shifts), null, shifts[shift_rank]) as shift_low,
        if(empty(shifts), null, shifts[-shift_rank]) as shift_high,
        {{ same_model_shift('sized_residuals', 'sized_models', 'baseline_residuals', 'baseline_models') }}
            as same_model_shift

    from tested_windows

)

select
    species_hash,
    metric,
    tested_date,
    species_day_version,
    workflow_id,
    source,
    recent_run_count,
    baseline_run_count,
    p_value,
    shift,
    shift_low,
    shift_high,
    same_model_shift
from compared_windows
