{{ config(order_by='(provider, model, region, service_tier)') }}

{%- set kinds = ['input', 'output', 'cache_read', 'cache_write_5m', 'cache_write_1h', 'reasoning'] %}

with

candidates as (

    select * from {{ ref('int_model_price_candidates') }}

),

usage_units as (

    select mapFromArrays(groupArray(unit), groupArray(part_of)) as parts
    from {{ ref('usage_units') }}

)

select
    provider,
    model,
    region,
    service_tier,
    scope_rank,
    match_from,
    price_id,
    tier_rank,
    cast(
        (
            price_id,
            scope_rank,
            transform(price_source, ['override', 'imported', 'history', 'list'], [1, 2, 3, 4], 5),
            listed_from,
            greatest(valid_from, match_from),
            coalesce(least(valid_to, match_to), valid_to, match_to, toDate('2149-06-06')),
            above_input_tokens,
            is_cache_in_input,
            -- A kind without a price of its own is billed as the kind it is a part of.
            {% for kind in kinds -%}
                {%- set own = kind ~ '_usd_per_million_tokens' -%}
                {%- set plain = {
                    'cache_read': 'input', 'cache_write_5m': 'input', 'cache_write_1h': 'cache_write_5m',
                    'reasoning': 'output',
                }.get(kind) -%}
                coalesce(
                    {{ own }},
                    {% if plain %}{{ plain }}_usd_per_million_tokens,{% endif %}
                    {% if kind == 'cache_write_1h' %}input_usd_per_million_tokens,{% endif %}
                    0
                ) * multiplier,
            {% endfor -%}
            toBool(coalesce(
                input_usd_per_million_tokens, output_usd_per_million_tokens, cache_read_usd_per_million_tokens
            ) is not null),
            arrayMap(
                (unit, usd) -> (
                    unit,
                    if(usage_units.parts[unit] = '', 1, multiplier) * usd,
                    usage_units.parts[unit]
                ),
                mapKeys(unit_prices_usd),
                mapValues(unit_prices_usd)
            ),
            price_match,
            price_provider,
            price_tier
        ),
        'Tuple(
            price_id String, scope_rank UInt8, source_rank UInt8, listed_from Date, valid_from Date,
            valid_to Date, above_input_tokens UInt32, is_cache_in_input Bool,
            input Decimal(38, 12), output Decimal(38, 12), cache_read Decimal(38, 12),
            cache_write_5m Decimal(38, 12), cache_write_1h Decimal(38, 12), reasoning Decimal(38, 12),
            has_token_price Bool, units Array(Tuple(unit String, usd Decimal(38, 12), part_of String)),
            price_match String, price_provider String, price_tier String
        )'
    ) as price
from candidates
cross join usage_units
