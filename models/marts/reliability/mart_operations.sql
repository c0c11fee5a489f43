{{ config(order_by='(period_kind, operation_kind, operation_name, workflow_id, provider)') }}

{%- set health = var('provider_health') -%}
{%- set sums = ['operation_count', 'error_count', 'retry_count', 'sla_breach_count', 'input_tokens', 'output_tokens', 'cost_usd'] -%}

with

days as (

    select * from {{ ref('int_operation_days') }}

),

-- The newest period of each kind, and the last 24 hours of data, with the 7 days before them.
periods as (

    select
        period_kind,
        period_start_date,
        period_last_date,
        previous_start_date,
        previous_last_date
    from {{ ref('int_periods') }}
    where is_newest

    union all

    select
        'last_24h' as period_kind,
        toDate(assumeNotNull(last_event_at) - interval 1 day) as period_start_date,
        as_of_date as period_last_date,
        toNullable(as_of_date - {{ health.days }}) as previous_start_date,
        toNullable(as_of_date) as previous_last_date
    from {{ ref('int_as_of') }}
    where as_of_date > toDate(0)

),

placed as (

    select
        periods.*,
        days.*,
        if(
            periods.period_kind = 'last_24h',
            days.is_last_day,
            days.date between periods.period_start_date and periods.period_last_date
        ) as is_current
    from periods
    cross join days
    where
        is_current
        or coalesce(days.date between periods.previous_start_date and periods.previous_last_date, false)

),

summed as (

    select
        period_kind,
        any(placed.period_start_date) as period_start_date,
        any(placed.period_last_date) as period_last_date,
        operation_kind,
        operation_name,
        workflow_id,
        provider,
        max(placed.sla_threshold_ms) as sla_threshold_ms,
        {% for sum in sums -%}
            sumIf(placed.{{ sum }}, is_current) as {{ sum }},
            sumIf(placed.{{ sum }}, not is_current) as previous_{{ sum }},
        {% endfor -%}
        arraySort(groupArrayArrayIf(placed.durations_ms, is_current)) as durations_ms,
        arraySort(groupArrayArrayIf(placed.durations_ms, not is_current)) as previous_durations_ms
    from placed
    group by
        period_kind,
        operation_kind,
        operation_name,
        workflow_id,
        provider

),

measured as (

    select
        *,
        toUInt64(length(durations_ms)) as timed_count,
        if(empty(durations_ms), [], arrayReduce('quantilesExactInclusive(0.5, 0.9, 0.95, 0.99)', durations_ms)) as percentiles,
        if(empty(previous_durations_ms), null, arrayReduce('quantileExactInclusive(0.95)', previous_durations_ms)) as previous_p95,
        {{ safe_ratio('arraySum(durations_ms)', 'timed_count') }} as avg_ms,
        {{ safe_ratio('operation_count - error_count', 'operation_count') }} as success,
        {{ safe_ratio('previous_operation_count - previous_error_count', 'previous_operation_count') }} as previous_success,
        ----------  health: errors, and calls beyond what 5% took before, that are more than chance
        period_kind = 'last_24h' and operation_kind = 'provider' as has_health,
        has_health and operation_count > 0 and previous_operation_count >= {{ health.min_calls }} as is_compared,
        {{ clamped_share('previous_error_count', 'previous_operation_count') }} as usual_error_share,
        arrayCount(duration -> duration > previous_p95, durations_ms) as slow_count,
        if(is_compared, {{ binomial_tail('if(is_compared, error_count, 0)', 'if(is_compared, operation_count, 0)', 'usual_error_share') }}, 1.0) as error_chance,
        if(
            is_compared and previous_p95 is not null,
            {{ binomial_tail('if(is_compared, slow_count, 0)', 'if(is_compared, timed_count, 0)', '0.05') }},
            1.0
        ) as slow_chance,
        timed_count >= {{ health.min_timed }} as is_ranked
    from summed
    where operation_count > 0 or has_health

)

select
    ----------  ids
    toLowCardinality(period_kind) as period_kind,
    toLowCardinality(operation_kind) as operation_kind,
    operation_name,
    workflow_id,
    provider,

    ----------  outcome
    operation_count,
    error_count,
    retry_count,
    success as success_share,
    {{ wilson_bound('operation_count - error_count', 'operation_count', 'lower') }} as success_share_low,
    {{ wilson_bound('operation_count - error_count', 'operation_count', 'upper') }} as success_share_high,

    ----------  duration
    timed_count,
    avg_ms as avg_duration_ms,
    {% for percentile in [50, 90, 95, 99] -%}
        if(empty(percentiles), null, percentiles[{{ loop.index }}]) as p{{ percentile }}_duration_ms,
    {% endfor -%}
    sla_threshold_ms,
    sla_breach_count,
    if(operation_kind in ('model', 'provider'), {{ safe_ratio('sla_breach_count', 'timed_count') }}, null) as sla_breach_share,
    if(is_ranked, toNullable(toUInt32(row_number() over slowest)), null) as slowest_rank,
    if(is_ranked, toNullable(toUInt32(row_number() over fastest)), null) as fastest_rank,

    ----------  tokens and cost
    input_tokens,
    output_tokens,
    {{ safe_ratio('input_tokens + output_tokens', 'operation_count') }} as avg_tokens_per_call,
    cast(cost_usd as Decimal(38, 12)) as cost_usd,
    {{ safe_ratio('toFloat64(cost_usd) * 1000', 'input_tokens + output_tokens') }} as cost_per_1k_tokens_usd,
    {{ safe_ratio('cost_usd', 'sum(cost_usd) over (partition by period_kind, operation_kind, workflow_id = \'\')') }} as cost_share,

    ----------  before
    previous_operation_count,
    previous_success as previous_success_share,
    previous_p95 as previous_p95_duration_ms,
    cast(previous_cost_usd as Decimal(38, 12)) as previous_cost_usd,
    if(previous_cost_usd > 0, toFloat64(cost_usd - previous_cost_usd) / toFloat64(previous_cost_usd) * 100, null) as cost_change_pct,
    if(empty(percentiles) or previous_p95 = 0, null, (percentiles[3] - previous_p95) / previous_p95 * 100) as p95_change_pct,

    ----------  text
    toLowCardinality(multiIf(
        not has_health, '',
        operation_count = 0, 'idle',
        operation_count >= {{ health.min_calls }} and {{ rounded('1 - success') }} >= {{ health.down_share }}, 'down',
        least(error_chance, slow_chance) <= {{ health.max_p_value }}, 'degraded',
        'ok'
    )) as health,

    ----------  dates
    period_start_date,
    period_last_date

from measured
window
    slowest as (partition by period_kind, operation_kind, workflow_id = '', is_ranked order by -avg_ms, operation_name, workflow_id, provider),
    fastest as (partition by period_kind, operation_kind, workflow_id = '', is_ranked order by avg_ms, operation_name, workflow_id, provider)
