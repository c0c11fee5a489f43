{{ config(order_by='(date, source, workflow_id, provider, model)') }}

with

calls as (

    select * from {{ ref('fct_calls') }}

)

select
    called_date as date,
    source,
    workflow_id,
    project,
    organization_id,
    team_id,
    environment,
    provider,
    model,
    cost_source,
    uniqExact(run_id) as run_count,
    sum(logged_call_count) as call_count,
    countIf(is_error) as error_count,
    {{ sum_of_tokens('uncached_input_tokens') }} as uncached_input_tokens,
    {{ sum_of_tokens('cache_read_tokens') }} as cache_read_tokens,
    {{ sum_of_tokens('cache_write_5m_tokens') }} as cache_write_5m_tokens,
    {{ sum_of_tokens('cache_write_1h_tokens') }} as cache_write_1h_tokens,
    {{ sum_of_tokens('output_tokens') }} as output_tokens,
    {{ sum_of_costs('cost_usd') }} as cost_usd
from calls
group by
    date,
    source,
    workflow_id,
    project,
    organization_id,
    team_id,
    environment,
    provider,
    model,
    cost_source
