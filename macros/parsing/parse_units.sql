{% macro parse_units(text) -%}
    {#- Units by name, of a JSON object such as {"web_search": 2}; a value that is no number is left out, as is one outside its domain. -#}
    cast(
        mapFilter(
            (unit, amount) -> isNotNull(amount),
            mapApply(
                (unit, amount) -> (unit, {{ in_domain("toDecimal128OrNull(trimBoth(amount, '\"'), 12)", 'units', 'Decimal(38, 12)') }}),
                cast(JSONExtractKeysAndValuesRaw({{ text }}), 'Map(String, String)')
            )
        ),
        'Map(String, Decimal(38, 12))'
    )
{%- endmacro %}
