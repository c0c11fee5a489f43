{{ config(order_by='(month, source, provider, model)') }}

with

calls as (

    select * from {{ ref('fct_calls') }}
    where cost_difference_usd is not null

)

-- A price that is wrong, a discount that is not in the overrides, tokens counted wrongly: each shows as
-- a ratio that is not 1, month by month.
select
    toStartOfMonth(called_date) as month,
    cost_reported_by as source,
    provider,
    model,
    arraySort(groupUniqArray(assumeNotNull(price_id))) as price_ids,
    sum(logged_call_count) as call_count,
    sumIf(logged_call_count, calls.cost_difference_usd != 0) as differing_call_count,
    {{ sum_of_costs('calls.reported_cost_usd') }} as reported_cost_usd,
    {{ sum_of_costs('calls.computed_cost_usd') }} as computed_cost_usd,
    {{ sum_of_costs('calls.cost_difference_usd') }} as cost_difference_usd,
    {{ safe_ratio('reported_cost_usd', 'computed_cost_usd') }} as reported_to_computed_ratio
from calls
group by
    month,
    source,
    provider,
    model
