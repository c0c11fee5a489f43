{{ config(order_by='(scope_kind, scope_key, metric, first_date)') }}

{%- set odd = var('metric_anomaly') -%}
{%- set sensitivity = odd.sensitivity[odd.level] -%}
{#- Metric: kind, value (of a share: its bad outcomes; of a mean: its sum), number of observations, sum of squares. -#}
{%- set measures = {
    'cost_usd': ('sum', 'cost_usd', 1, 0),
    'run_count': ('sum', 'run_count', 1, 0),
    'total_tokens': ('sum', 'total_tokens', 1, 0),
    'p95_duration_ms': ('sum', 'p95_duration_ms', 1, 0),
    'error_share': ('share', 'error_call_count', 'call_count', 0),
    'failure_share': ('share', 'failed_run_count', 'finished_run_count', 0),
    'success_share': ('share', 'success_evaluation_count - success_count', 'success_evaluation_count', 0),
    'sla_breach_share': ('share', 'sla_breach_count', 'latency_count', 0),
    'qa_pass_share': ('share', 'qa_judged_count - qa_passed_count', 'qa_judged_count', 0),
    'avg_rating': ('mean', 'rating_sum', 'rating_count',
        'rating_1_count + 4 * rating_2_count + 9 * rating_3_count + 16 * rating_4_count + 25 * rating_5_count'),
    'avg_score': ('mean', 'score_sum', 'score_count', 'score_sum'),
    'sentiment_score': ('mean', 'sentiment_sum', 'sentiment_count', 'sentiment_sq_sum'),
} -%}

with

days as (

    select
        scope_kind,
        scope_key,
        scope_id,
        date,
        arrayJoin(arrayFilter(measure -> isFinite(measure.3) and measure.4 > 0, [
            {% for metric, measure in measures.items() -%}
                (
                    '{{ metric }}', '{{ measure[0] }}', coalesce(toFloat64({{ measure[1] }}), nan),
                    toInt64({{ measure[2] }}), toFloat64({{ measure[3] }})
                ){{ ',' if not loop.last }}
            {% endfor %}
        ])) as measure,
        measure.1 as metric,
        measure.2 as kind,
        measure.3 as amount,
        measure.4 as observations,
        measure.5 as squares
    from {{ ref('mart_daily_metrics') }}
    where
        is_complete_day
        and scope_kind in ('total', 'workflow', 'project', 'model', 'provider')

),

-- Only earlier days are read: the same weekday of the last weeks, and the last days.
expected_days as (

    select
        *,
        groupArray(amount) over same_weekdays as weekday_amounts,
        groupArray(amount) over last_days as last_amounts,
        sum(amount) over last_days as sum_before,
        sum(observations) over last_days as observations_before,
        sum(squares) over last_days as squares_before,
        sum_before / observations_before as mean_before,
        multiIf(
            kind != 'sum', mean_before,
            length(weekday_amounts) >= {{ odd.min_weekdays }}, arrayReduce('quantileExactInclusive(0.5)', weekday_amounts),
            length(last_amounts) >= {{ odd.min_days }}, arrayReduce('quantileExactInclusive(0.5)', last_amounts),
            nan
        ) as expected_value,
        if(kind = 'sum', amount, amount / observations) as day_value
    from days
    window
        same_weekdays as (partition by scope_id, metric, toDayOfWeek(date) order by date rows between {{ odd.weekdays }} preceding and 1 preceding),
        last_days as (partition by scope_id, metric order by toUInt32(date) range between {{ odd.days }} preceding and 1 preceding)

),

scaled_days as (

    select
        *,
        arrayFilter(residual -> isFinite(residual), groupArray(abs(day_value - expected_value)) over scale_days) as residuals,
        -- A steady series has no smaller scale than a twentieth of its mean.
        greatest(
            arrayReduce('quantileExactInclusive(0.99)', residuals) / {{ odd.q99_in_scales }},
            {{ odd.min_scale_share }} * avg(day_value) over scale_days
        ) as sum_scale,
        {{ clamped_share('sum_before', 'observations_before') }} as share_before,
        sqrt(greatest(squares_before / observations_before - pow(mean_before, 2), 0) / observations) as standard_error
    from expected_days
    window scale_days as (partition by scope_id, metric order by toUInt32(date) range between {{ odd.scale_days }} preceding and 1 preceding)

),

judged_days as (

    select
        *,
        kind = 'sum' and length(residuals) >= {{ odd.min_residuals }} and isFinite(expected_value) and sum_scale > 0 as is_sum_judged,
        kind = 'share' and observations_before >= {{ odd.min_trials_before }} and observations >= {{ odd.min_trials }} as is_share_judged,
        kind = 'mean' and observations_before >= {{ odd.min_values_before }} and standard_error > 0 as is_mean_judged,
        multiIf(
            is_sum_judged, (day_value - expected_value) / sum_scale,
            is_mean_judged, (day_value - mean_before) / standard_error,
            null
        ) as score,
        multiIf(
            is_share_judged, {{ binomial_tail('if(is_share_judged, toUInt64(amount), 0)', 'if(is_share_judged, observations, 0)', 'share_before') }},
            is_mean_judged, erfc(abs(score) / sqrt(2)),
            null
        ) as p_value,
        if(kind = 'share' or score < 0, 'down', 'up') as way,
        coalesce(multiIf(
            is_sum_judged, abs(score) > {{ sensitivity.score }},
            is_share_judged, p_value <= {{ sensitivity.p_value }} and {{ rounded('day_value - share_before') }} >= {{ odd.min_drop }},
            is_mean_judged, score < 0 and p_value <= {{ sensitivity.p_value }} and {{ rounded('mean_before - day_value') }} >= metrics.effect_floor,
            false
        ), false) as is_odd
    from scaled_days
    inner join {{ ref('metrics') }} as metrics
        on scaled_days.metric = metrics.metric

),

-- A day after an odd one in the same direction goes on with its episode.
odd_days as (

    select
        *,
        countIf(not (before.1 = date - 1 and before.2 = way)) over (
            partition by scope_id, metric
            order by date
            rows between unbounded preceding and current row
        ) as episode_number
    from (
        select
            *,
            lagInFrame((date, way)) over (partition by scope_id, metric order by date rows between 1 preceding and current row) as before
        from judged_days
        where is_odd
    ) as followed_days

),

episodes as (

    select
        ----------  ids
        scope_kind,
        scope_key,
        scope_id,
        metric,
        any(odd_days.unit) as unit,
        any(odd_days.label) as label,

        ----------  text
        toLowCardinality(argMin(if(kind = 'share' and better = 'lower', 'up', way), date)) as direction,
        toLowCardinality(if(
            max(abs(odd_days.score)) > 2 * {{ sensitivity.score }} and any(kind) = 'sum' or min(odd_days.p_value) <= {{ odd.critical_p_value }}, 'critical', 'warning'
        )) as severity,

        ----------  numerics: of the first day
        argMin(if(kind = 'share' and better = 'higher', 1 - day_value, day_value), date) as value,
        argMin(if(kind = 'share' and better = 'higher', 1 - mean_before, expected_value), date) as expected,
        argMin(multiIf(is_sum_judged, expected_value - {{ sensitivity.score }} * sum_scale, null), date) as low,
        argMin(multiIf(is_sum_judged, expected_value + {{ sensitivity.score }} * sum_scale, null), date) as high,
        argMin(odd_days.score, date) as score,
        argMin(odd_days.p_value, date) as p_value,
        argMin(toUInt64(observations), date) as observation_count,

        ----------  booleans
        if(any(better) = 'neither', null, toBool((direction = 'up') = (any(better) = 'higher'))) as is_good,

        ----------  dates
        min(date) as first_date,
        max(date) as last_date,
        groupArray(date) as odd_dates

    from odd_days
    group by
        scope_kind,
        scope_key,
        scope_id,
        metric,
        episode_number

),

-- Days on which a judge moved while the others of the same calls did not.
judge_days as (

    select groupUniqArray(drifts.judged_date) as dates
    from {{ ref('int_judge_drifts') }} as drifts

)

select
    ----------  ids
    toLowCardinality(scope_kind) as scope_kind,
    scope_key,
    scope_id,
    toLowCardinality(metric) as metric,

    ----------  text
    direction,
    severity,
    concat(
        label, ': ', {{ metric_in_words('value') }}, ' on ', toString(first_date), ', where ', {{ metric_in_words('expected') }}, ' was expected',
        if(may_be_judge, '; a judge moved alone on that day', '')
    ) as explanation,

    ----------  numerics: of the first day
    value,
    expected,
    low,
    high,
    score,
    p_value,
    observation_count,

    ----------  booleans
    is_good,
    toBool(
        metric in ('success_share', 'avg_score', 'avg_rating')
        and hasAny(odd_dates, (select judge_days.dates from judge_days))
    ) as may_be_judge,

    ----------  dates
    first_date,
    last_date

from episodes
