{{ config(order_by='(tested_date, species_hash, metric)') }}

{#- Which changes are significant, given everything that was tested that day, and at least of the minimum effect size? -#}
{% set min_effects = var('regression_min_effect') -%}

with

comparisons as (

    select * from {{ ref('regression_comparisons') }}

),

ranked_tests as (

    select
        *,
        count() over (partition by tested_date) as day_test_count,
        row_number() over (partition by tested_date order by p_value, species_hash, metric) as p_rank

    from comparisons

),

-- Benjamini-Hochberg over everything tested that day.
adjusted_tests as (

    select
        *,
        min(least(1.0, p_value * (day_test_count / p_rank))) over (
            partition by tested_date
            order by p_rank
            rows between current row and unbounded following
        ) as q_value,
        {{ regression_effect('shift', 'metric') }} as effect,
        -- One bad day of a provider is no change for good: without any one of its days it must still be there.
        {{ regression_effect('shift_without_worst_day', 'metric') }} as effect_without_worst_day,
        toBool(
            q_value <= {{ var('regression_false_discovery_rate') }}
            and {{ rounded('coalesce(least(effect, effect_without_worst_day), 0)') }} >= {{ by_regression_metric('metric', min_effects) }}
        ) as is_significant

    from ranked_tests

)

select
    tested_date,
    species_hash,
    workflow_id,
    source,
    metric,
    recent_run_count,
    baseline_run_count,
    effect * 100 as effect_pct,
    {{ regression_effect('shift_low', 'metric') }} * 100 as effect_low_pct,
    {{ regression_effect('shift_high', 'metric') }} * 100 as effect_high_pct,
    {{ regression_effect('same_model_shift', 'metric') }} * 100 as same_model_effect_pct,
    effect_without_worst_day * 100 as effect_without_worst_day_pct,
    same_model_p_value,
    mix_p_value,
    is_mix_change,
    p_value,
    q_value,
    toUInt32(day_test_count) as day_test_count,
    is_significant,
    lagInFrame(is_significant, 1, false) over evaluations as was_significant,
    toBool(
        is_significant
        and (
            was_significant
            or q_value <= {{ var('regression_false_discovery_rate') }} * {{ var('regression_immediate_share') }}
        )
    ) as is_confirmed,
    if(was_significant, lagInFrame(tested_date) over evaluations, tested_date) as significant_since_date
from adjusted_tests
window evaluations as (
    partition by species_hash, metric
    order by tested_date
    rows between unbounded preceding and unbounded following
)
