{{ config(order_by='(species_hash, metric, confirmed_date)') }}

{#- A regression that is confirmed again while it is open is the same episode. -#}
{% set never = "toDate('2149-06-06')" -%}

with

tests as (

    select * from {{ ref('regression_tests') }}

),

onsets as (

    select * from {{ ref('regression_onsets') }}

),

-- In order of time; one that is confirmed while an earlier one is open belongs to that one.
ordered_onsets as (

    select
        species_hash,
        metric,
        arraySort(groupArray((confirmed_date, coalesce(ended_date, {{ never }})))) as spans
    from onsets
    group by
        species_hash,
        metric

),

kept_onsets as (

    select
        species_hash,
        metric,
        tupleElement(arrayJoin(arrayFold(
            (kept, span) -> if(
                empty(kept) or span.1 > tupleElement(kept[-1], 2),
                arrayPushBack(kept, span),
                kept
            ),
            spans,
            cast([], 'Array(Tuple(Date, Date))')
        )), 1) as confirmed_date

    from ordered_onsets

)

select
    lower(hex(sipHash64(
        tests.species_hash, tests.metric, tests.tested_date
    ))) as episode_id,
    tests.species_hash as species_hash,
    tests.workflow_id as workflow_id,
    tests.source as source,
    tests.metric as metric,
    tests.significant_since_date as started_date,
    tests.tested_date as confirmed_date,
    onsets.ended_date as ended_date,
    onsets.end_reason as end_reason,
    onsets.last_run_date as last_run_date,
    tests.recent_run_count as recent_run_count,
    tests.baseline_run_count as baseline_run_count,
    -- Known, because the test was significant.
    assumeNotNull(tests.effect_pct) as effect_pct,
    assumeNotNull(tests.effect_low_pct) as effect_low_pct,
    assumeNotNull(tests.effect_high_pct) as effect_high_pct,
    tests.same_model_effect_pct as same_model_effect_pct,
    tests.is_mix_change as is_mix_change,
    tests.p_value as p_value,
    tests.q_value as q_value,
    greatest(assumeNotNull(tests.effect_pct), arrayMax(onsets.open_effects)) as peak_effect_pct,
    onsets.open_effects[-1] as last_effect_pct
from tests
inner join kept_onsets
    on
        tests.species_hash = kept_onsets.species_hash
        and tests.metric = kept_onsets.metric
        and tests.tested_date = kept_onsets.confirmed_date
inner join onsets
    on
        tests.species_hash = onsets.species_hash
        and tests.metric = onsets.metric
        and tests.tested_date = onsets.confirmed_date
