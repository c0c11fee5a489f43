{{ config(order_by='(day, species_hash, metric)') }}

{#-
    Are the recent runs dearer, slower or worse than the ones before them, beyond chance and by
    enough to matter? Rank test and shift (Hodges-Lehmann) with its rank interval, on residuals.
    Runs of another model are compared as they come: a dearer model is a dearer species.
-#}
{% set windows = var('regression_test_windows') -%}
{% set floors = var('regression_effect_floor') -%}

with

windows as (

    select * from {{ ref('regression_windows') }}
    where
        recent_n >= {{ windows.minimum_recent_runs }}
        and baseline_n >= {{ windows.minimum_baseline_runs }}

),

tested_windows as (

    select
        *,
        tupleElement(
            arrayReduce(
                'mannWhitneyUTest(\'less\')',
                arrayConcat(baseline_residuals, recent_residuals),
                arrayConcat(arrayWithConstant(baseline_n, 0), arrayWithConstant(recent_n, 1))
            ),
            'p_value'
        ) as p_value,
        -- What the test alone calls chance is not sized: it could not become significant.
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
        -- How far the interval's ends lie from the middle of the shifts.
        {{ var('interval_z') }} * sqrt(recent_n * baseline_n * (recent_n + baseline_n + 1) / 12) as shift_reach,
        greatest(1, toInt64(floor(recent_n * baseline_n / 2 - shift_reach))) as shift_rank,
        arrayReduce('medianOrNull', shifts) as shift,
        if(empty(shifts), null, shifts[shift_rank]) as shift_low,
        if(empty(shifts), null, shifts[-shift_rank]) as shift_high,
        {{ same_model_shift('sized_residuals', 'sized_models', 'baseline_residuals', 'baseline_models') }}
            as same_model_shift

    from tested_windows

),

ranked_tests as (

    select
        *,
        count() over (partition by day) as day_test_count,
        row_number() over (partition by day order by p_value, species_hash, metric) as p_rank

    from compared_windows

),

-- Benjamini-Hochberg over everything tested that day.
adjusted_tests as (

    select
        *,
        min(least(1.0, p_value * (day_test_count / p_rank))) over (
            partition by day
            order by p_rank
            rows between current row and unbounded following
        ) as q_value,
        {{ regression_effect('shift', 'metric') }} as effect,
        toBool(
            q_value <= {{ var('regression_false_discovery_rate') }}
            and coalesce(effect, 0) >= {{ by_regression_metric('metric', floors) }}
        ) as is_significant

    from ranked_tests

)

select
    day,
    species_hash,
    workflow_id,
    source,
    metric,
    recent_n,
    baseline_n,
    effect * 100 as effect_pct,
    {{ regression_effect('shift_low', 'metric') }} * 100 as effect_low_pct,
    {{ regression_effect('shift_high', 'metric') }} * 100 as effect_high_pct,
    {{ regression_effect('same_model_shift', 'metric') }} * 100 as same_model_effect_pct,
    p_value,
    q_value,
    toUInt32(day_test_count) as day_test_count,
    is_significant,
    toBool(is_significant and lagInFrame(is_significant, 1, false) over evaluations) as is_confirmed,
    toNullable(lagInFrame(toNullable(day), 1, null) over evaluations) as previous_day
from adjusted_tests
window evaluations as (
    partition by species_hash, metric
    order by day
    rows between unbounded preceding and unbounded following
)
