{{ config(materialized='view') }}

{#- What the differing calls cost by another row of the price book: another tier, size or day. -#}
with

priced_calls as (

    select * from {{ ref('int_differing_costs__priced') }}

)

select distinct
    call_id,
    reported_cost_usd,
    multiIf(
        price.price_tier != own_price.price_tier, 'service_tier',
        price.above_input_tokens != own_price.above_input_tokens, 'input_size',
        'price_changed'
    ) as reason,
    multiIf(
        reason = 'service_tier', concat('Reported at the price of the tier ', price.price_tier, '.'),
        reason = 'input_size',
        concat('Reported at the price for requests above ', toString(price.above_input_tokens), ' input tokens.'),
        concat('Reported at another day''s price, ', price.price_id, '.')
    ) as detail,
    {{ call_cost() }} as explained_cost_usd
from priced_calls
where
    not is_own_price
    -- One term is another, not several at once.
    and (
        (price.price_tier != own_price.price_tier)
        + (price.above_input_tokens != own_price.above_input_tokens)
        + (
            (price.listed_from, price.source_rank, price.valid_to)
            != (own_price.listed_from, own_price.source_rank, own_price.valid_to)
        )
    ) = 1
