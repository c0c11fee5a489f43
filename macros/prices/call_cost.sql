{% macro call_cost(price='price', uncached='uncached_input_tokens') -%}
    {#-
        What a call costs by a price row: the one home of the formula (K10: exact to 12 decimals, rounded
        once). NULL where a count that is billed is unknown, where a unit in addition to the tokens has no
        price, and where nothing that was counted has one.
    -#}
    if(
        {{ price }}.price_id = ''
        or {{ has_unpriced_unit(price) }}
        or (
            not {{ price }}.has_token_price
            and not arrayExists(unit -> mapContains(usage_units, unit.unit), {{ price }}.units)
        ),
        null,
        round(
            toDecimal128(
                {{ tokens_cost(plain_tokens(uncached, 'input', price), price ~ '.input') }}
                + {{ tokens_cost(plain_tokens('cache_read_tokens', 'cache_read', price), price ~ '.cache_read') }}
                + {{ tokens_cost(plain_tokens('cache_write_5m_tokens', 'cache_write', price), price ~ '.cache_write_5m') }}
                + {{ tokens_cost('cache_write_1h_tokens', price ~ '.cache_write_1h') }}
                + {{ tokens_cost(plain_tokens('answer_tokens', 'output', price), price ~ '.output') }}
                + {{ tokens_cost('reasoning_tokens', price ~ '.reasoning') }},
                18
            ) / 1000000
            + if(
                empty(usage_units),
                toDecimal128(0, 18),
                toDecimal128(
                    arraySum(unit -> toDecimal128(usage_units[unit.unit], 6) * unit.usd, {{ price }}.units), 18
                )
            ),
            12
        )
    )
{%- endmacro %}
