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
                {% for each in token_kinds(price, uncached) -%}
                    {{ tokens_cost(each.tokens, price ~ '.' ~ each.kind) }}{{ ' + ' if not loop.last }}
                {%- endfor %},
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
