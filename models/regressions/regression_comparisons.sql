{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_outdated(['species_hash', 'tested_date', 'species_day_version'], 'regression_windows') }}",
    order_by='(species_hash, metric, tested_date)',
) }}

{#-
    Are the recent runs more expensive, slower or worse than those before them, and by how much? Two rank tests:
    did the same models get worse (distances from each model's own baseline level), or do more expensive models
    do the work (the levels themselves)? Pooled, the distance between models would hide either. The smaller p-value
    counts, times the number of tests; its test gives the size: Hodges-Lehmann shift, or change of the mean level.
-#}
{% set windows = var('regression_test_windows') -%}
{% set reach = var('interval_z') -%}

with

windows as (

    select * from {{ ref('regression_windows') }}
    where
        recent_run_count >= {{ windows.minimum_recent_runs }}
        and baseline_run_count >= {{ windows.minimum_baseline_runs }}
        and {{ is_outdated(['species_hash', 'tested_date', 'species_day_version']) }}

),

split_windows as (

    select
        *,
        {{ same_model_deviations('recent_residuals', 'recent_models', 'known_models', 'known_levels') }} as recent_deviations,
        {{ same_model_deviations('baseline_residuals', 'baseline_models', 'known_models', 'known_levels') }} as baseline_deviations,
        {{ mix_levels('recent_residuals', 'recent_models', 'known_models', 'known_levels') }} as recent_levels,
        {{ mix_levels('baseline_residuals', 'baseline_models', 'known_models', 'known_levels') }} as baseline_levels,
        length(recent_deviations) >= {{ windows.minimum_recent_runs }}
        and length(baseline_deviations) >= {{ windows.minimum_baseline_runs }} as has_same_models,
        length(arrayDistinct(arrayConcat(recent_models, baseline_models))) > 1 as has_several_models

    from windows

),

tested_windows as (

    select
        *,
        {{ rank_test_p_value('recent_deviations', 'baseline_deviations', 'has_same_models') }} as same_model_p_value,
        {{ rank_test_p_value('recent_levels', 'baseline_levels', 'has_several_models') }} as mix_p_value,
        toBool(coalesce(mix_p_value < same_model_p_value, has_several_models)) as is_mix_change,
        least(
            1,
            assumeNotNull(if(is_mix_change, mix_p_value, same_model_p_value)) * (has_same_models + has_several_models)
        ) as p_value,
        -- No size for what the test alone calls chance: it could not become significant.
        p_value <= {{ var('regression_false_discovery_rate') }} as is_candidate

    from split_windows
    where has_same_models or has_several_models

),

compared_windows as (

    select
        *,
        arraySort(arrayFlatten(arrayMap(
            recent -> arrayMap(baseline -> recent - baseline, baseline_deviations),
            if(is_candidate and not is_mix_change, recent_deviations, [])
        ))) as shifts,
        -- Ranks between the middle of the shifts and the ends of the interval.
        length(recent_deviations) * length(baseline_deviations) as pair_count,
        {{ reach }} * sqrt(pair_count * (length(recent_deviations) + length(baseline_deviations) + 1) / 12) as shift_reach,
        greatest(1, toInt64(floor(pair_count / 2 - shift_reach))) as shift_rank,
        arrayAvg(recent_levels) - arrayAvg(baseline_levels) as mix_shift,
        {{ reach }} * sqrt(
            arrayReduce('varSampStable', recent_levels) / recent_run_count
            + arrayReduce('varSampStable', baseline_levels) / baseline_run_count
        ) as mix_reach

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
    same_model_p_value,
    mix_p_value,
    p_value,
    is_mix_change,
    multiIf(not is_candidate, null, is_mix_change, mix_shift, arrayReduce('medianOrNull', shifts)) as shift,
    multiIf(not is_candidate, null, is_mix_change, mix_shift - mix_reach, shifts[shift_rank]) as shift_low,
    multiIf(not is_candidate, null, is_mix_change, mix_shift + mix_reach, shifts[-shift_rank]) as shift_high,
    if(is_candidate, arrayReduce('medianOrNull', recent_deviations), null) as same_model_shift
from compared_windows
