{{ config(order_by='(scope_kind, scope_key, date)') }}

with

calls as (

    select * from {{ ref('int_scope_calls') }}

),

thresholds as (

    {{ sla_thresholds_by_target() }}

),

-- Calls are summed up by everything that they are counted under first: each is expanded once, with others like it.
alike_calls as (

    select
        date,
        {{ scope_dimensions() | join(',\n        ') }},
        max(called_at) as last_called_at,
        sum(logged_call_count) as call_count,
        countIf(is_error) as error_call_count,
        countIf(is_unpriced) as unpriced_call_count,
        {{ sum_of_tokens('calls.input_tokens') }} as input_tokens,
        {{ sum_of_tokens('calls.output_tokens') }} as output_tokens,
        {{ sum_of_tokens('calls.cache_read_tokens') }} as cache_read_tokens,
        sum(calls.cost_usd) as cost_usd,
        sum(calls.first_tag_cost_usd) as first_tag_cost_usd,
        sum(calls.other_tag_cost_usd) as other_tag_cost_usd,
        sumIf(calls.cost_usd, run_status = 'failed') as failed_run_cost_usd,
        sumIf(calls.cost_usd, is_error) as error_call_cost_usd,
        countIf(latency_ms > {{ sla_threshold('workflow_id', 'model') }}) as sla_breach_count,
        groupArrayIf(assumeNotNull(latency_ms), latency_ms is not null) as latencies_ms,
        coalesce(sum({{ exact('latency_ms') }}), 0) as latency_ms_sum,
        sum({{ exact_log('latency_ms') }}) as log_latency_sum,
        sum({{ exact_log('latency_ms', 2) }}) as log_latency_sq_sum,
        countIf(latency_ms > 0) as log_latency_count
    from calls
    group by
        date,
        {{ scope_dimensions() | join(',\n        ') }}

),

scoped_calls as (

    select
        *,
        arrayJoin({{ scopes_of() }}) as scope
    from alike_calls

)

select
    toLowCardinality(scope.1) as scope_kind,
    scope.2 as scope_key,
    date,
    max(scoped_calls.last_called_at) as last_called_at,
    groupUniqArrayIf(user_id, user_id != '') as users,
    groupUniqArrayIf(workflow_id, workflow_id != '') as workflows,
    groupArrayArray(scoped_calls.latencies_ms) as latencies_ms,
    sum(multiIf(
        scope.1 != 'tag', scoped_calls.cost_usd,
        scope.3 = 1, first_tag_cost_usd,
        other_tag_cost_usd
    )) as allocated_cost_usd,
{% for sum in scope_day_parts().calls if sum != 'allocated_cost_usd' -%}
    sum(scoped_calls.{{ sum }}) as {{ sum }}{{ ',' if not loop.last }}
{% endfor %}
from scoped_calls
group by
    scope_kind,
    scope_key,
    date
