{{ config(order_by='(provider, model, region, service_tier)') }}

with

price_lists as (

    select * from {{ ref('int_model_price_lists') }}
    where tier_rank < 4

)

-- In the order in which a call tries them; the first that holds on its day is its price. Of lists with one
-- first day an import comes first, then what was written by hand; of a list the tier that was asked for,
-- else the one that is billed alike, else the standard.
select
    provider,
    model,
    region,
    service_tier,
    arrayMap(
        ranked -> ranked.1,
        arraySort(
            ranked -> (
                ranked.1.scope_rank,
                -toInt32(ranked.1.listed_from),
                ranked.1.source_rank,
                ranked.2,
                -toInt64(ranked.1.above_input_tokens)
            ),
            groupArray((price, tier_rank))
        )
    ) as prices,
    arrayMap(price -> price.price_id, prices) as price_ids
from price_lists
group by
    provider,
    model,
    region,
    service_tier
