{{ config(order_by='(period_kind, workflow_id, provider)') }}

{%- set failover = var('failover') -%}

with

operations as (

    select
        period_kind,
        period_start_date,
        period_last_date,
        workflow_id,
        provider,
        operation_count as calls,
        error_count as errors,
        timed_count,
        avg_duration_ms * timed_count as total_ms,
        p95_duration_ms,
        cost_usd as usd
    from {{ ref('mart_operations') }}
    where
        operation_kind = 'provider'
        and workflow_id != ''
        and operation_count > 0
        and period_kind != 'last_24h'

),

-- A provider against the others that did calls of the same workflow.
compared as (

    select
        *,
        sum(calls) over others - calls as other_calls,
        sum(errors) over others - errors as other_errors,
        sum(timed_count) over others - timed_count as other_timed_count,
        sum(coalesce(total_ms, 0)) over others - coalesce(total_ms, 0) as other_total_ms,
        sum(usd) over others - usd as other_usd,
        errors / calls as own_error_share,
        other_errors / nullIf(other_calls, 0) as other_share,
        greatest(toFloat64(calls), 1) as n,
        greatest(toFloat64(other_calls), 1) as other_n,
        (errors + other_errors) / (n + other_n) as pooled_share,
        least(n, other_n) * least(pooled_share, 1 - pooled_share) < {{ var('trend_test').min_expected }} as is_small,
        calls >= {{ failover.min_calls }} and other_calls >= {{ failover.min_calls }} and pooled_share > 0 and pooled_share < 1 as is_tested
    from operations
    window others as (partition by period_kind, workflow_id)

),

tested as (

    select
        *,
        if(is_tested, {{ shares_p_value('toFloat64(errors)', 'n', 'toFloat64(other_errors)', 'other_n') }}, null) as chance,
        is_tested as has_test,
        row_number() over (partition by period_kind, is_tested order by chance, workflow_id, provider) as p_rank,
        count() over (partition by period_kind, is_tested) as test_count,
        argMinIf(provider, (own_error_share, provider), calls >= {{ failover.min_calls }}) over others as best_provider
    from compared
    where other_calls > 0
    window others as (partition by period_kind, workflow_id)

),

judged as (

    select
        *,
        if(has_test, min(least(1.0, chance * test_count / p_rank)) over (
            partition by period_kind, has_test
            order by p_rank
            rows between current row and unbounded following
        ), null) as adjusted_chance,
        coalesce(
            adjusted_chance <= {{ var('trend_test').false_discovery_rate }}
            and {{ rounded('own_error_share - other_share') }} >= {{ failover.min_share }},
            false
        ) as is_worse
    from tested

)

select
    ----------  ids
    period_kind,
    workflow_id,
    provider,

    ----------  its own
    calls as call_count,
    errors as error_count,
    1 - own_error_share as success_share,
    {{ safe_ratio('coalesce(total_ms, 0)', 'timed_count') }} as avg_latency_ms,
    p95_duration_ms as p95_latency_ms,
    {{ safe_ratio('usd', 'calls') }} as cost_per_call_usd,

    ----------  the others
    toUInt64(other_calls) as other_call_count,
    1 - other_share as other_success_share,
    {{ safe_ratio('other_total_ms', 'other_timed_count') }} as other_avg_latency_ms,
    {{ safe_ratio('other_usd', 'other_calls') }} as other_cost_per_call_usd,
    chance as p_value,
    adjusted_chance as adjusted_p_value,

    ----------  advice
    toBool(is_worse) as is_worse,
    if(is_worse, best_provider, '') as failover_provider,
    coalesce(if(
        is_worse,
        concat(
            'Fail over from ', provider, ' to ', best_provider, ': ',
            {{ rounded_half_up('assumeNotNull(1 - own_error_share) * 100', 1) }}, '% of its calls succeed, of the others ',
            {{ rounded_half_up('assumeNotNull(1 - other_share) * 100', 1) }}, '%',
            if(timed_count = 0 or other_timed_count = 0, '', concat(
                ', in ', {{ whole_number('total_ms / timed_count') }}, 'ms against ', {{ whole_number('other_total_ms / other_timed_count') }}, 'ms'
            )),
            ', at ', {{ dollars('toFloat64(usd) / calls', 4) }}, ' a call against ', {{ dollars('toFloat64(other_usd) / other_calls', 4) }}, '.'
        ),
        ''
    ), '') as advice,

    ----------  dates
    period_start_date,
    period_last_date

from judged
