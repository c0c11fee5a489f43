{{ config(order_by='call_id') }}

{#-
    What the differing calls would cost by other terms: at another tier, day or size, with tokens counted
    another way. Each is one reason why a source may report what it does; the mart takes the one that fits.
-#}
with

calls as (

    select * from {{ ref('int_differing_costs') }}

),

price_book as (

    select * from {{ ref('int_price_book') }}

),

by_factor as (

    select
        call_id,
        reported_cost_usd,
        factors.1 as reason,
        factors.2 as detail,
        -- NULL where the factor makes an amount that is none, or beyond all room.
        accurateCastOrNull(toFloat64(computed_cost_usd) * factors.3, 'Decimal(38, 12)') as explained_cost_usd
    from (
        select
            calls.*,
            coalesce(toFloat64(calls.reported_to_computed_ratio), 0) as ratio,
            if(ratio > 0, toInt64(round(log10(if(ratio > 0, ratio, 1)))), 0) as power,
            arrayJoin(arrayConcat(
                if(
                    calls.reported_cost_usd = 0,
                    [('zero_reported', 'The source reports 0, and not why.', 0.)],
                    []
                ),
                if(
                    power != 0,
                    [('unit', concat('Reported as 10^', toString(power), ' of a US dollar each.'), exp10(power))],
                    []
                ),
                arrayFlatten(arrayMap(
                    (region, multiplier) -> [
                        ('region', concat('Reported at the price of the region ', region, '.'), toFloat64(multiplier)),
                        ('region', concat('Reported without the surcharge of the region ', region, '.'), 1 / toFloat64(multiplier))
                    ],
                    mapKeys(price_book.region_multipliers),
                    mapValues(price_book.region_multipliers)
                ))
            )) as factors
        from calls
        inner join price_book
            on calls.price_id = price_book.price_id
    ) as factored_calls

),

by_price as (

    select * from {{ ref('int_cost_explanations__by_price') }}

),

by_count as (

    select * from {{ ref('int_cost_explanations__by_count') }}

)

{% for relation in ['by_price', 'by_count', 'by_factor'] -%}
    select
        call_id,
        reason,
        detail,
        -- The plainest first: a coincidence is the likelier, the more ways there are to come to a cost.
        indexOf(
            [
                'zero_reported', 'input_size', 'service_tier', 'price_changed', 'region', 'cache_counted_twice',
                'cache_at_full_price', 'cache_not_counted', 'cache_lifetime', 'reasoning_counted_twice',
                'reasoning_not_counted', 'units_not_counted', 'unit'
            ],
            reason
        ) as explanation_rank,
        assumeNotNull(reported_cost_usd) as reported_cost_usd,
        assumeNotNull(explained_cost_usd) as explained_cost_usd
    from {{ relation }}
    where explained_cost_usd is not null
    {% if not loop.last %}

        union all

    {% endif -%}
{% endfor %}
