{{ config(materialized='view') }}

{%- set meters = {
    'input': 'Input Tokens',
    'cache_read': 'Cache Read Tokens',
    'cache_write_5m': 'Cache Write Tokens (5 Minutes)',
    'cache_write_1h': 'Cache Write Tokens (1 Hour)',
    'output': 'Output Tokens',
    'reasoning': 'Reasoning Tokens',
} -%}
{%- set part = 'Tuple(meter String, unit String, used Decimal(38, 12), per UInt32, list_usd Decimal(38, 12), contracted_usd Decimal(38, 12))' -%}

with

-- What a call without a known cost is billed at is unknown: it is no charge of 0.
calls as (

    select
        *,
        assumeNotNull(cost_usd) as known_cost_usd,
        cast(output_tokens - least(reasoning_tokens, output_tokens) as Nullable(UInt64)) as answer_tokens,
        intDiv(coalesce(input_tokens, 0), greatest(logged_call_count, 1)) as request_tokens
    from {{ ref('int_calls') }}
    where
        cost_usd is not null
        and called_date <= (select as_of.as_of_date from {{ ref('int_as_of') }} as as_of)

),

prices as (

    select * from {{ ref('int_model_prices') }}

),

-- The price that the call was computed by, and the one that would hold without overrides.
priced_calls as (

    select
        calls.*,
        arrayFirst(listed -> listed.price_id = coalesce(calls.price_id, ''), prices.prices) as price,
        arrayFirst(
            listed -> (
                listed.source_rank > 1
                and calls.called_date between listed.valid_from and listed.valid_to
                and (listed.above_input_tokens = 0 or listed.above_input_tokens < calls.request_tokens)
            ),
            prices.prices
        ) as found_list_price,
        if(found_list_price.price_id = '', price, found_list_price) as list_price
    from calls
    left join prices
        on
            calls.provider = prices.provider
            and calls.model = prices.model
            and calls.region = prices.region
            and calls.service_tier = prices.service_tier

),

-- What was used, and its price by the list and after overrides: per million of tokens, else per unit.
metered_calls as (

    select
        *,
        arrayFilter(
            part -> part.used > 0,
            arrayConcat(
                [
                    {% for each in token_kinds() -%}
                        cast(
                            (
                                '{{ meters[each.kind] }}', 'Tokens', coalesce({{ each.tokens }}, 0), 1000000,
                                list_price.{{ each.kind }}, price.{{ each.kind }}
                            ) as {{ part }}
                        ){{ ',' if not loop.last }}
                    {% endfor -%}
                ],
                arrayMap(
                    unit -> cast(
                        (
                            unit.unit, 'Units', usage_units[unit.unit], 1,
                            tupleElement(arrayFirst(listed -> listed.unit = unit.unit, arrayConcat(list_price.units, [unit])), 'usd'), unit.usd
                        ) as {{ part }}
                    ),
                    if(empty(usage_units), [], price.units)
                )
            )
        ) as parts,
        arrayMap(part -> toDecimal256(part.used, 12) * part.contracted_usd / part.per, parts) as amounts_usd,
        toFloat64(arraySum(amounts_usd)) as amount_usd
    from priced_calls

),

-- A reported cost is split as the prices would have it; what rounding leaves is the first part's.
split_calls as (

    select
        *,
        arrayMap(
            amount -> toDecimal128(
                if(
                    coalesce(known_cost_usd = computed_cost_usd, false),
                    round(amount, 12),
                    toDecimal256(toFloat64(known_cost_usd) * toFloat64(amount) / amount_usd, 24)
                ),
                12
            ),
            if(amount_usd > 0, amounts_usd, [])
        ) as costs_usd,
        if(
            amount_usd > 0,
            arrayMap(
                (part, cost, place) -> (part, if(place = 1, cost + known_cost_usd - arraySum(costs_usd), cost)),
                parts, costs_usd, arrayEnumerate(parts)
            ),
            [(cast(('Requests', 'Requests', logged_call_count, 1, 0, 0) as {{ part }}), toDecimal128(known_cost_usd, 12))]
        ) as charges
    from metered_calls

)

select
    call_id,
    run_id,
    provider,
    model,
    region,
    service_tier,
    organization_id,
    arraySort(arrayDistinct(tags)) as tags,
    called_date,
    amount_usd > 0 as is_split,
    if(is_split, price.price_id, '') as price_id,
    if(is_split, price.above_input_tokens, 0) as above_input_tokens,
    tupleElement(charge.1, 'meter') as meter,
    tupleElement(charge.1, 'unit') as unit,
    tupleElement(charge.1, 'used') as used,
    tupleElement(charge.1, 'per') as per,
    tupleElement(charge.1, 'list_usd') as list_usd,
    tupleElement(charge.1, 'contracted_usd') as contracted_usd,
    charge.2 as cost_usd
from split_calls
array join charges as charge
