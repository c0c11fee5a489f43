-- What several branches read is computed once, for all rows, and not again in each: a third to two thirds of the time less.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_outdated(['species_hash', 'tested_date', 'species_day_version'], 'regression_windows') }}",
    order_by='(species_hash, metric, tested_date)',
    query_settings={'max_block_size': 256, 'short_circuit_function_evaluation': 'disable'},
) }}

{#-
    Are the recent runs more expensive, slower or worse than those before them, and by how much? Two rank tests:
    did the same models get worse (distances from each model's own baseline level), or do more expensive models
    do the work (the levels themselves)? Pooled, the distance between models would hide either. The smaller p-value
    counts, times the number of tests; its test gives the size: Hodges-Lehmann shift, or change of the mean level.
    When a change began is unknown: the last few runs are tested as well as all recent ones (a scan), the window with
    the smallest p-value gives the size. Small blocks, because each recent run meets each baseline run.
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
        arrayFilter((place, own_model) -> has(known_models, own_model), arrayReverse(arrayEnumerate(recent_models)), recent_models) as deviation_places,
        length(recent_deviations) >= {{ windows.minimum_recent_runs }}
        and length(baseline_deviations) >= {{ windows.minimum_baseline_runs }} as has_same_models,
        length(arrayDistinct(arrayConcat(recent_models, baseline_models))) > 1 as has_several_models,
        -- One bad day is no change for good.
        arrayPushBack(
            arrayFilter(
                last_runs -> last_runs < windows.recent_run_count and length(arrayDistinct(arraySlice(recent_dates, -toInt64(last_runs)))) >= {{ windows.last_days }},
                {{ windows.last_runs }}
            ),
            toUInt32(windows.recent_run_count)
        ) as window_sizes

    from windows

),

-- Of each window: its runs, how many baseline runs are above them, added up.
ranked_windows as (

    select
        *,
        {{ runs_above('if(has_same_models, recent_deviations, [])', 'baseline_deviations') }} as deviations_above,
        {{ runs_above('if(has_several_models, recent_levels, [])', 'baseline_levels') }} as levels_above,
        arrayFilter(
            ranks -> ranks.2 >= {{ windows.minimum_recent_runs }},
            arrayMap(
                size -> (
                    size,
                    arrayCount(place -> place <= size, deviation_places),
                    arraySum((above, place) -> if(place <= size, above, 0), deviations_above, deviation_places)
                ),
                if(has_same_models, window_sizes, [])
            )
        ) as same_model_ranks,
        arrayMap(
            size -> (size, toUInt64(size), arraySum(arraySlice(levels_above, -toInt64(size)))),
            if(has_several_models, window_sizes, [])
        ) as mix_ranks,
        {{ tie_factor('baseline_deviations') }} as ties

    from split_windows
    where has_same_models or has_several_models

),

tested_windows as (

    select
        * except (recent_run_count, recent_deviations, recent_levels),
        arrayMap(ranks -> ({{ rank_test_p_value('ranks.3', 'ranks.2', 'length(baseline_deviations)', 'ties') }}, ranks.1), same_model_ranks) as same_model_tests,
        -- Levels are few, so ties say little: the mix of models is tested without them, which takes more to be significant.
        arrayMap(ranks -> ({{ rank_test_p_value('ranks.3', 'ranks.2', 'length(baseline_levels)', '1') }}, ranks.1), mix_ranks) as mix_tests,
        if(has_same_models, {{ combined_p_value('same_model_tests.1') }}, null) as same_model_p_value,
        if(has_several_models, {{ combined_p_value('mix_tests.1') }}, null) as mix_p_value,
        toBool(coalesce(mix_p_value < same_model_p_value, has_several_models)) as is_mix_change,
        least(1, assumeNotNull(if(is_mix_change, mix_p_value, same_model_p_value)) * (has_same_models + has_several_models)) as p_value,
        -- No size for what the test alone calls chance: it could not become significant.
        p_value <= {{ var('regression_false_discovery_rate') }} as is_candidate,
        tupleElement(arraySort(if(is_mix_change, mix_tests, same_model_tests))[1], 2) as recent_run_count,
        arrayFilter(place -> place <= recent_run_count, deviation_places) as recent_places,
        arrayFilter((deviation, place) -> place <= recent_run_count, ranked_windows.recent_deviations, deviation_places) as recent_deviations,
        arraySlice(ranked_windows.recent_levels, -toInt64(recent_run_count)) as recent_levels

    from ranked_windows

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
            arrayReduce('varSampStable', recent_levels) / recent_run_count + arrayReduce('varSampStable', baseline_levels) / baseline_run_count
        ) as mix_reach,
        if(is_mix_change, arrayMap(level -> level - arrayAvg(baseline_levels), recent_levels), recent_deviations) as changes,
        arrayMap(place -> recent_dates[-toInt64(place)], if(is_mix_change, arrayReverse(arrayEnumerate(recent_levels)), recent_places)) as change_dates

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
    if(is_candidate, arrayReduce('medianOrNull', recent_deviations), null) as same_model_shift,
    if(is_candidate, {{ least_without_one_day('changes', 'change_dates', 'is_mix_change') }}, null) as shift_without_worst_day
from compared_windows
