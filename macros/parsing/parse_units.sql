{% macro parse_units(text) -%}
    {#- Units by name, of a JSON object such as {"web_search": 2}; a value that is no number is left out. -#}
    cast(
        mapFilter(
            (unit, amount) -> isNotNull(amount),
            mapApply(
                (unit, amount) -> (unit, toDecimal128OrNull(trimBoth(amount, '"'), 12)),
                cast(JSONExtractKeysAndValuesRaw({{ text }}), 'Map(String, String)')
            )
        ),
        'Map(String, Decimal(38, 12))'
    )
{%- endmacro %}
