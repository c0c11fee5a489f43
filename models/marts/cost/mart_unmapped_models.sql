{{ config(order_by='(provider, model, source)') }}

with

calls as (

    select * from {{ ref('fct_calls') }}

)

-- Calls without a price are money that no report shows.
select
    provider,
    model,
    source,
    sum(logged_call_count) as call_count,
    countIf(cost_source = 'missing') as unpriced_call_count,
    arraySort(groupUniqArrayIf(cost_note, cost_source = 'missing')) as missing_reasons,
    uniqExact(run_id) as run_count,
    {{ sum_of_tokens('input_tokens') }} as input_tokens,
    {{ sum_of_tokens('output_tokens') }} as output_tokens,
    {{ sum_of_costs('reported_cost_usd') }} as reported_cost_usd,
    min(called_at) as first_called_at,
    max(called_at) as last_called_at
from calls
where
    is_billable
    and (price_id is null or cost_source = 'missing')
group by
    provider,
    model,
    source
