{{ config(materialized='view') }}

{#- The differing calls with each row of the price book that they may have been priced by. -#}
{%- set counts = [
    'uncached_input_tokens', 'cache_read_tokens', 'cache_write_5m_tokens', 'cache_write_1h_tokens',
    'answer_tokens', 'reasoning_tokens',
] %}

with

calls as (

    select
        *,
        cast(output_tokens - least(reasoning_tokens, output_tokens) as Nullable(UInt64)) as answer_tokens
    from {{ ref('int_differing_costs') }}

),

price_lists as (

    select * from {{ ref('int_model_price_lists') }}

)

select
    {% for column in ['call_id', 'called_date', 'reported_cost_usd', 'computed_cost_usd', 'input_tokens', 'usage_units'] + counts -%}
        calls.{{ column }} as {{ column }},
    {% endfor -%}
    price_lists.price_id as listed_price_id,
    price_lists.scope_rank as scope_rank,
    price_lists.match_from as match_from,
    calls.price_id = price_lists.price_id as is_own_price,
    price_lists.price as price,
    anyIf(price_lists.price, is_own_price) over (partition by calls.call_id) as own_price

from calls
inner join price_lists
    on
        calls.provider = price_lists.provider
        and calls.model = price_lists.model
        and calls.region = price_lists.region
        and calls.service_tier = price_lists.service_tier
