{{ config(order_by='call_id') }}

{%- set difference = var('cost_difference') %}

with

calls as (

    select * from {{ ref('int_calls') }}
    where
        is_billable
        and cost_difference_usd is not null
        and abs(cost_difference_usd) >= {{ difference.min_usd }}
        and abs(cost_difference_usd) >= {{ difference.min_ratio }} * greatest(reported_cost_usd, computed_cost_usd)

),

rated_calls as (

    select
        *,
        {{ safe_ratio('reported_cost_usd', 'computed_cost_usd') }} as reported_to_computed_ratio,
        count() over (
            partition by cost_reported_by, provider, model, round(reported_to_computed_ratio, 2)
        ) as same_ratio_count,
        count() over (partition by cost_reported_by, provider, model) as differing_count
    from calls

)

select
    * except (same_ratio_count, differing_count),  -- noqa: AM04
    -- What most calls of a model have in common is somebody's price, not a mistake in one of them.
    toBool(
        same_ratio_count >= {{ difference.usual_ratio_calls }}
        and same_ratio_count >= {{ difference.usual_ratio_share }} * differing_count
    ) as is_usual_ratio
from rated_calls
