{{ config(order_by='(provider, model, region, service_tier)') }}

with

price_lists as (

    select * from {{ ref('int_model_price_lists') }}
    where tier_rank is not null

)

-- In the order in which a call tries them; the first that holds on its day is its price. Of lists with one
-- first day an import comes first, then what was written by hand; of a list the tier that was asked for,
-- else the one that is billed alike, else the standard.
select
    provider,
    model,
    region,
    service_tier,
    arraySort(
        (price, tier_rank) -> (
            price.scope_rank,
            -toInt32(price.listed_from),
            price.source_rank,
            tier_rank,
            -toInt64(price.above_input_tokens)
        ),
        groupArray(price),
        groupArray(tier_rank)
    ) as prices,
    arrayMap(price -> price.price_id, prices) as price_ids
from price_lists
group by
    provider,
    model,
    region,
    service_tier
