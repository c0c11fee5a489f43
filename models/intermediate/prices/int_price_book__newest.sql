{{ config(order_by='(provider, model)') }}

with

as_of as (

    select * from {{ ref('int_as_of') }}

),

prices as (

    select * from {{ ref('int_price_book') }}
    where
        service_tier = 'standard'
        and above_input_tokens = 0
        and input_usd_per_million_tokens is not null
        and output_usd_per_million_tokens is not null
        and valid_from <= (select as_of.last_complete_date from as_of)

),

newest as (

    select
        model,
        provider,
        argMax(
            (
                toFloat64(input_usd_per_million_tokens),
                toFloat64(coalesce(cache_read_usd_per_million_tokens, input_usd_per_million_tokens)),
                toFloat64(output_usd_per_million_tokens)
            ),
            (valid_from, price_id)
        ) as price
    from prices
    group by
        model,
        provider

)

select
    model,
    provider,
    assumeNotNull(price.1) / 1000000 as input_usd,
    assumeNotNull(price.2) / 1000000 as cache_read_usd,
    assumeNotNull(price.3) / 1000000 as output_usd
from newest
