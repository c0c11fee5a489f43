-- R071, R091: each kind of scope adds up to the calls, day by day and over everything, to the last decimal.
{{ config(meta={'dagster': {'ref': {'name': 'mart_period_metrics'}}}) }}

with

calls as (

    select
        {{ sum_of_costs('cost_usd') }} as cost_usd,
        -- Where one of the two is unknown the other counts.
        {{ sum_of_tokens('input_tokens') }} + {{ sum_of_tokens('output_tokens') }} as total_tokens,
        sum(logged_call_count) as call_count
    from {{ ref('int_calls') }}
    where called_date <= (select as_of.as_of_date from {{ ref('int_as_of') }} as as_of)

),

totals as (

    select
        'mart_daily_metrics' as mart,
        scope_kind,
        sum(cost_usd) as cost_usd,
        sum(total_tokens) as total_tokens,
        sum(call_count) as call_count
    from {{ ref('mart_daily_metrics') }}
    group by scope_kind

    union all

    -- A call with several tags counts in full for each: of tags, what is allocated adds up.
    select
        concat('mart_period_metrics, ', period_kind) as mart,
        scope_kind,
        sum(allocated_cost_usd) as cost_usd,
        if(scope_kind = 'tag', any(calls.total_tokens), sum(metrics.total_tokens)) as total_tokens,
        if(scope_kind = 'tag', any(calls.call_count), sum(metrics.call_count)) as call_count
    from {{ ref('mart_period_metrics') }} as metrics
    cross join calls
    where period_kind in ('all', 'month')
    group by
        mart,
        scope_kind

)

select
    totals.mart as mart,
    totals.scope_kind as scope_kind,
    totals.cost_usd as mart_cost_usd,
    calls.cost_usd as calls_cost_usd
from totals
cross join calls
where
    totals.cost_usd != calls.cost_usd
    or totals.total_tokens != calls.total_tokens
    or totals.call_count != calls.call_count
