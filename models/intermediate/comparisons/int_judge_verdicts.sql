{{ config(order_by='(subject, variant, control_variant, metric)') }}

with

judge_pairs as (

    select * from {{ ref('int_judge_pairs') }}

),

-- Of two judges: how often they agree, by how much more than by chance, and whether one is milder.
measured as (

    select
        *,
        length(differences) as scored_count,
        arrayAvg(differences) as shift,
        sqrt(arrayReduce('varSampStable', differences) / scored_count) as shift_error,
        arrayJoin([
            ('agreement_share', agreement_share, null),
            ('kappa', kappa, null),
            ('avg_score', avg_score, other_avg_score)
        ]) as measure,
        tupleElement(measure, 1) as metric,
        metric = 'avg_score' and scored_count > 1 as is_mean,
        is_mean and shift_error > 0 as is_tested,
        {{ agreement_in_words() }} as sentence
    from judge_pairs

)

select
    'judges' as comparison_kind,
    subject,
    judge as variant,
    metric,
    other_judge as control_variant,
    if(metric = 'avg_score', 'score', 'share') as unit,
    'call' as unit_kind,
    if(is_tested, 'paired_t', '') as test,
    '' as verdict,
    sentence,
    call_count as variant_units,
    call_count as control_units,
    toUInt64(0) as left_out_units,
    tupleElement(measure, 2) as variant_value,
    tupleElement(measure, 3) as control_value,
    if(is_mean, shift, null) as difference,
    {% for side, name, sign in [('lower', 'low', '-'), ('upper', 'high', '+')] -%}
        multiIf(
            metric = 'agreement_share', {{ wilson_bound('agreement_share * call_count', 'call_count', side) }},
            is_tested, shift {{ sign }} {{ student_quantile('scored_count - 1') }} * shift_error,
            null
        ) as difference_{{ name }},
    {% endfor -%}
    cast(null as Nullable(Float64)) as ratio,
    cast(null as Nullable(Float64)) as ratio_low,
    cast(null as Nullable(Float64)) as ratio_high,
    if(is_tested, shift / shift_error, null) as statistic,
    if(is_tested, {{ student_p_value('shift / shift_error', 'scored_count - 1') }}, null) as p_value,
    p_value as adjusted_p_value,
    cast(null as Nullable(Float64)) as min_detectable_effect,
    toFloat64(0) as min_effect,
    cast(null as Nullable(Float64)) as split_p_value,
    false as is_primary,
    false as is_guardrail,
    cast(null as Nullable(Bool)) as is_split_ok,
    first_date,
    last_date
from measured
