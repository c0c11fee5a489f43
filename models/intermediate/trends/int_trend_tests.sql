{{ config(order_by='(period_kind, scope_kind, scope_key, metric)') }}

{%- set test = var('trend_test') -%}

with

catalogue as (

    select * from {{ ref('metrics') }}

),

pairs as (

    select * from {{ ref('int_trend_pairs') }}

),

-- Both sides of each metric in one row; a side without anything is unknown, a sum of it is 0.
sides as (

    select
        scope_kind,
        scope_key,
        scope_id,
        period_kind,
        metric,
    {% for side, condition in {'current': 'is_current', 'previous': 'not is_current'}.items() -%}
        maxIf(value, {{ condition }}) as known_{{ side }},
        sumIf(sample_count, {{ condition }}) as {{ side }}_n,
        sumIf(sample_sum, {{ condition }}) as {{ side }}_sum,
        sumIf(sample_sq_sum, {{ condition }}) as {{ side }}_sq_sum{{ ',' if not loop.last }}
    {% endfor %}
    from {{ ref('int_trend_values') }}
    group by
        scope_kind,
        scope_key,
        scope_id,
        period_kind,
        metric

),

compared as (

    select
        {% for column in ['scope_kind', 'scope_key', 'scope_id', 'period_kind', 'metric'] -%}
            sides.{{ column }} as {{ column }},
        {% endfor -%}
        sides.* except (scope_kind, scope_key, scope_id, period_kind, metric),
        catalogue.unit as unit,
        catalogue.kind as kind,
        catalogue.better as better,
        catalogue.effect_floor as effect_floor,
        pairs.p_value as pairs_p_value,
        {% for side in ['current', 'previous'] -%}
            if(kind in ('sum', 'distinct'), toNullable(coalesce(sides.known_{{ side }}, 0)), sides.known_{{ side }}) as {{ side }},
        {% endfor -%}
        current - previous as difference,
        if(previous > 0, difference / previous * 100, null) as relative_pct,
        least(current_n, previous_n) as least_n,
        kind = 'mean' and least_n >= if(unit = 'stars', {{ test.min_ratings }}, {{ test.min_values }}) as is_mean_tested,
        kind = 'share' and least_n >= {{ test.min_trials }} as is_share_tested,
        ----------  Welch's t on logarithms; on stars and scores as they are
        {% for side in ['current', 'previous'] -%}
            {{ side }}_sum / {{ side }}_n as {{ side }}_mean,
            greatest({{ side }}_sq_sum - {{ side }}_n * pow({{ side }}_mean, 2), 0) / ({{ side }}_n - 1) / {{ side }}_n as {{ side }}_se2,
        {% endfor -%}
        current_mean - previous_mean as shift,
        sqrt(current_se2 + previous_se2) as standard_error,
        pow(standard_error, 4) / (pow(current_se2, 2) / (current_n - 1) + pow(previous_se2, 2) / (previous_n - 1)) as df,
        ----------  shares
        (current_sum + previous_sum) / (current_n + previous_n) as pooled_share,
        is_share_tested and least_n * least(pooled_share, 1 - pooled_share) < {{ test.min_expected }} as is_small
    from sides
    inner join catalogue
        on sides.metric = catalogue.metric
    left join pairs
        on
            sides.scope_kind = pairs.scope_kind
            and sides.scope_key = pairs.scope_key
            and sides.period_kind = pairs.period_kind
            and sides.metric = pairs.metric

),

tested as (

    select
        *,
        multiIf(
            kind = 'sum' and pairs_p_value is not null, 'weekday_pairs',
            is_mean_tested and standard_error > 0, if(unit in ('stars', 'score'), 'welch', 'welch_logs'),
            is_share_tested and is_small and pooled_share > 0 and pooled_share < 1, 'fisher',
            is_share_tested and pooled_share > 0 and pooled_share < 1, 'newcombe',
            ''
        ) as test,
        multiIf(
            test = '', null,
            test = 'weekday_pairs', pairs_p_value,
            kind = 'mean', {{ student_p_value('shift / standard_error', 'df') }},
            {{ shares_p_value('current_sum', 'current_n', 'previous_sum', 'previous_n') }}
        ) as known_p_value,
        {% for side, sign in {'lower': '-', 'upper': '+'}.items() -%}
            multiIf(
                test = 'welch_logs', exp(shift {{ sign }} {{ student_quantile('df') }} * standard_error) * 100 - 100,
                test = 'welch' and previous > 0, (shift {{ sign }} {{ student_quantile('df') }} * standard_error) / previous * 100,
                test in ('newcombe', 'fisher') and previous > 0,
                ({{ newcombe_bound('current_sum', 'current_n', 'previous_sum', 'previous_n', side) }}) / previous * 100,
                null
            ) as {{ side }}_pct,
        {% endfor -%}
        if(unit in ('share', 'score', 'stars'), abs(difference), abs(relative_pct) / 100) as effect,
        multiIf(
            current is null or previous is null, 'stable',
            previous = 0, if(current > 0, 'up', 'stable'),
            previous < 0 and abs(difference) < effect_floor, 'stable',
            abs({{ rounded('relative_pct') }}) < {{ test.significant_pct }} or difference = 0, 'stable',
            difference > 0, 'up',
            'down'
        ) as way
    from compared

)

select
    ----------  ids
    scope_kind,
    scope_key,
    scope_id,
    period_kind,
    metric,

    ----------  text
    unit,
    better,
    test,
    way as direction,

    ----------  numerics
    current as current_value,
    previous as previous_value,
    difference as change,
    relative_pct as change_pct,
    known_p_value as p_value,
    lower_pct as change_low_pct,
    upper_pct as change_high_pct,
    effect,
    effect_floor
from tested
