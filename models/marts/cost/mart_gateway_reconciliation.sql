{{ config(order_by='(date, gateway, entity_type, entity_id, model)') }}

with

reported_days as (

    select * from {{ ref('int_gateway_days__reports') }}

),

compared as (

    select * from reported_days
    {% if 'litellm' in var('sources') -%}
        union all
        select * from {{ ref('int_gateway_days__litellm') }}
    {%- endif %}

)

select
    date,
    toLowCardinality(gateway) as gateway,
    toLowCardinality(entity_type) as entity_type,
    entity_id,
    toLowCardinality(model) as model,
    gateway_request_count,
    logged_request_count,
    gateway_tokens,
    logged_tokens,
    gateway_cost_usd,
    logged_cost_usd,
    gateway_cost_usd - logged_cost_usd as cost_difference_usd
from compared
