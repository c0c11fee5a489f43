{{ config(order_by='(comparison_kind, subject, variant, metric)') }}

with

verdicts as (

    select * from {{ ref('int_comparison_verdicts') }}

),

judge_verdicts as (

    select * from {{ ref('int_judge_verdicts') }}

),

comparisons as (

    {% for part in ['verdicts', 'judge_verdicts'] -%}
        select
            comparison_kind,
            subject,
            variant,
            metric,
            control_variant,
            unit,
            unit_kind,
            test,
            verdict,
            sentence,
            variant_units,
            control_units,
            left_out_units,
            variant_value,
            control_value,
            difference,
            difference_low,
            difference_high,
            ratio,
            ratio_low,
            ratio_high,
            statistic,
            p_value,
            adjusted_p_value,
            min_detectable_effect,
            min_effect,
            split_p_value,
            is_primary,
            is_guardrail,
            is_split_ok,
            first_date,
            last_date
        from {{ part }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

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
    variant_units,
    control_units,
    left_out_units,
    variant_value,
    control_value,
    difference,
    difference_low,
    difference_high,
    ratio,
    ratio_low,
    ratio_high,
    statistic,
    p_value,
    adjusted_p_value,
    min_detectable_effect,
    min_effect,
    split_p_value,

    ----------  booleans
    toBool(is_primary) as is_primary,
    toBool(is_guardrail) as is_guardrail,
    cast(is_split_ok as Nullable(Bool)) as is_split_ok,

    ----------  dates
    first_date,
    last_date

from comparisons
