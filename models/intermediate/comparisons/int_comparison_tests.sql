-- What several branches read is computed once: of long lists it takes a twentieth of the time and of the memory.
{{ config(order_by='(comparison_kind, comparison_id, variant, metric)', query_settings={'short_circuit_function_evaluation': 'disable'}) }}

{%- set rule = var('comparison') -%}
{%- set sides = ['variant', 'control'] -%}

with

samples as (

    select * from {{ ref('int_comparison_samples') }}

),

-- Of each unit its own mean; of what is skewed and positive, its logarithm.
valued as (

    select
        *,
        {% for side in sides -%}
            length({{ side }}_sums) as {{ side }}_n,
            arrayMap((sum, count) -> sum / count, {{ side }}_sums, {{ side }}_counts) as {{ side }}_means,
            arraySum({{ side }}_sums) / arraySum({{ side }}_counts) as {{ side }}_share,
            arrayMap(mean -> log(mean), arrayFilter(mean -> mean > 0, {{ side }}_means)) as {{ side }}_logs,
        {% endfor -%}
        arrayReduce('quantileExactInclusive({{ rule.cut_share }})', arrayConcat(variant_means, control_means)) as cut,
        {% for side in sides -%}
            arrayMap(mean -> if(metric_kind = 'skewed', least(mean, cut), mean), {{ side }}_means) as {{ side }}_cut_means,
        {% endfor -%}
        -- Where each unit was tried once, the trials are independent.
        arrayMax(arrayConcat(variant_counts, control_counts)) = 1 as is_single,
        multiIf(
            metric_kind = 'skewed', 'welch_logs',
            metric_kind = 'rank', 'mann_whitney',
            is_single, 'newcombe',
            'delta'
        ) as way,
        if(metric_kind = 'skewed', least(length(variant_logs), length(control_logs)), least(variant_n, control_n)) as least_n,
        (arraySum(variant_sums) + arraySum(control_sums)) / (arraySum(variant_counts) + arraySum(control_counts)) as pooled_share,
        -- A share that is hardly ever hit, or missed, has no normal approximation.
        metric_kind = 'share' and least(arraySum(variant_counts), arraySum(control_counts)) * least(pooled_share, 1 - pooled_share) < {{ rule.min_expected }} as is_small,
        has_control and least_n >= if(way in ('delta', 'welch_logs'), {{ rule.min_units }}, {{ rule.min_single_units }})
        and (way != 'delta' or not is_small) as is_tested
    from samples

),

-- Means, squared standard errors and spreads of both sides.
summarised as (

    select
        *,
        {% for side in sides -%}
            arrayAvg({{ side }}_means) as {{ side }}_mean,
            arrayAvg({{ side }}_cut_means) as {{ side }}_cut_mean,
            arrayReduce('varSampStable', {{ side }}_cut_means) / {{ side }}_n as {{ side }}_se2,
            arrayAvg({{ side }}_logs) as {{ side }}_log_mean,
            arrayReduce('varSampStable', {{ side }}_logs) as {{ side }}_log_variance,
            {{ delta_variance(side) }} as {{ side }}_share_variance,
        {% endfor -%}
        variant_se2 + control_se2 as se2,
        {{ welch_df('variant_se2', 'variant_n', 'control_se2', 'control_n') }} as df,
        variant_log_variance / length(variant_logs) as variant_log_se2,
        control_log_variance / length(control_logs) as control_log_se2,
        sqrt(variant_log_se2 + control_log_se2) as log_error,
        {{ welch_df('variant_log_se2', 'length(variant_logs)', 'control_log_se2', 'length(control_logs)') }} as log_df,
        variant_log_mean - control_log_mean as log_shift,
        -- Ranks, of the variant's units as the first sample; the function refuses an empty one.
        arrayConcat(variant_means, control_means) as both,
        is_tested and way = 'mann_whitney' and arrayUniq(both) > 1 as is_ranked,
        arrayReduce(
            'mannWhitneyUTest(\'two-sided\')',
            if(is_ranked, both, [0.0, 1.0]),
            if(is_ranked, arrayMap(place -> place > variant_n, arrayEnumerate(both)), [0, 1])
        ) as rank_test
    from valued

),

tested as (

    select
        *,
        multiIf(not is_tested, '', way = 'newcombe' and is_small, 'fisher', way) as test,
        if(metric_kind = 'share', variant_share - control_share, variant_mean - control_mean) as shift,
        sqrt(variant_share_variance + control_share_variance) as share_error,
        if(se2 > 0, {{ student_quantile('df') }} * sqrt(se2), 0) as margin,
        if(log_error > 0, {{ student_quantile('log_df') }} * log_error, 0) as log_margin
    from summarised

)

select
    ----------  ids
    comparison_kind,
    comparison_id,
    subject,
    variant,
    control_variant,
    metric,

    ----------  text
    metric_kind,
    unit_kind,
    test,

    ----------  numerics
    has_control,
    toUInt64(if(metric_kind = 'skewed', variant_n + control_n - length(variant_logs) - length(control_logs), 0)) as left_out_units,
    {% for side in sides -%}
        toUInt64({{ side }}_n) as {{ side }}_units,
        if({{ side }}_n = 0, null, if(metric_kind = 'share', {{ side }}_share, {{ side }}_mean)) as {{ side }}_value,
    {% endfor -%}
    if(variant_n * control_n = 0, null, shift) as difference,
    {% for side, sign, name in [('lower', '-', 'low'), ('upper', '+', 'high')] -%}
        if(is_tested and way = 'welch_logs', exp(log_shift {{ sign }} log_margin), null) as ratio_{{ name }},
        multiIf(
            not is_tested, null,
            way = 'newcombe', {{ newcombe_bound('arraySum(variant_sums)', 'variant_n', 'arraySum(control_sums)', 'control_n', side) }},
            way = 'delta', shift {{ sign }} {{ var('interval_z') }} * share_error,
            variant_cut_mean - control_cut_mean {{ sign }} margin
        ) as difference_{{ name }},
    {% endfor -%}
    multiIf(
        not is_tested, null,
        way = 'welch_logs', exp(log_shift),
        way = 'mann_whitney', if(is_ranked, rank_test.1 / (variant_n * control_n), 0.5),
        null
    ) as ratio,
    multiIf(
        test = '', null,
        test = 'welch_logs', if(log_error > 0, log_shift / log_error, null),
        test = 'mann_whitney', if(is_ranked, rank_test.1, variant_n * control_n / 2),
        test = 'delta', if(share_error > 0, shift / share_error, null),
        test = 'newcombe', shift / sqrt(pooled_share * (1 - pooled_share) * (1 / variant_n + 1 / control_n)),
        null
    ) as statistic,
    multiIf(
        test = '', null,
        test = 'welch_logs',
        if(log_error > 0, {{ student_p_value('log_shift / log_error', 'log_df') }}, toFloat64(log_shift = 0)),
        test = 'mann_whitney', if(is_ranked, rank_test.2, 1),
        test = 'delta', if(share_error > 0, erfc(abs(shift) / share_error / sqrt(2)), toFloat64(shift = 0)),
        pooled_share in (0, 1), 1,
        {{ shares_p_value('arraySum(variant_sums)', 'variant_n', 'arraySum(control_sums)', 'control_n') }}
    ) as p_value,
    {{ detectable_effect() }} as min_detectable_effect,
    first_date,
    last_date
from tested
