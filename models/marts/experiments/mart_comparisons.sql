{{ config(order_by='(comparison_kind, subject, variant, metric)') }}

with

verdicts as (

    select * from {{ ref('int_comparison_verdicts') }}

),

judge_pairs as (

    select * from {{ ref('int_judge_pairs') }}

),

-- Of two judges: how often they agree, by how much more than by chance, and whether one is milder.
judges as (

    select
        *,
        length(differences) as scored_count,
        arrayAvg(differences) as shift,
        sqrt(arrayReduce('varSampStable', differences) / scored_count) as shift_error,
        if(shift_error > 0, shift / shift_error, null) as t,
        arrayJoin([
            ('agreement_share', agreement_share, null),
            ('kappa', kappa, null),
            ('avg_score', avg_score, other_avg_score)
        ]) as measure,
        measure.1 = 'avg_score' and scored_count > 1 as is_mean,
        {{ agreement_in_words() }} as sentence
    from judge_pairs

)

select
    ----------  ids
    toLowCardinality(comparison_kind) as comparison_kind,
    subject,
    variant,
    toLowCardinality(metric) as metric,
    control_variant,

    ----------  text
    toLowCardinality(unit) as unit,
    toLowCardinality(unit_kind) as unit_kind,
    toLowCardinality(test) as test,
    toLowCardinality(verdict) as verdict,
    sentence,

    ----------  numerics
    {% for column in [
        'variant_units', 'control_units', 'left_out_units', 'variant_value', 'control_value',
        'difference', 'difference_low', 'difference_high', 'ratio', 'ratio_low', 'ratio_high',
        'statistic', 'p_value', 'adjusted_p_value', 'min_detectable_effect', 'min_effect', 'split_p_value',
    ] -%}
        {{ column }},
    {% endfor -%}

    ----------  booleans
    toBool(is_primary) as is_primary,
    toBool(is_guardrail) as is_guardrail,
    cast(is_split_ok as Nullable(Bool)) as is_split_ok,

    ----------  dates
    first_date,
    last_date

from (
    select
        comparison_kind, subject, variant, metric, control_variant, unit, unit_kind, test, verdict, sentence,
        variant_units, control_units, left_out_units, variant_value, control_value, difference, difference_low,
        difference_high, ratio, ratio_low, ratio_high, statistic, p_value, adjusted_p_value, min_detectable_effect,
        min_effect, split_p_value, is_primary, is_guardrail, is_split_ok, first_date, last_date
    from verdicts
    union all
    select
        'judges', subject, judge, measure.1, toNullable(other_judge), if(measure.1 = 'avg_score', 'score', 'share'), 'call',
        if(is_mean and t is not null, 'paired_t', ''), '', sentence,
        call_count, call_count, 0, measure.2, measure.3, if(is_mean, shift, null),
        multiIf(
            measure.1 = 'agreement_share', {{ wilson_bound('agreement_share * call_count', 'call_count', 'lower') }},
            is_mean, shift - {{ student_quantile('scored_count - 1') }} * shift_error,
            null
        ),
        multiIf(
            measure.1 = 'agreement_share', {{ wilson_bound('agreement_share * call_count', 'call_count', 'upper') }},
            is_mean, shift + {{ student_quantile('scored_count - 1') }} * shift_error,
            null
        ),
        null, null, null, if(is_mean, t, null),
        if(is_mean and t is not null, {{ student_p_value('t', 'scored_count - 1') }}, null) as judge_p_value, judge_p_value, null,
        0, null, false, false, null, first_date, last_date
    from judges
) as comparisons
