{% macro dollars(number) -%}
    {#- An amount in words, with more decimals the smaller it is: $12.34, $0.021, $0.000150. -#}
    concat(
        '$',
        multiIf(
            toFloat64({{ number }}) >= 1, {{ fixed_decimals(number, 2) }},
            toFloat64({{ number }}) >= 0.01, {{ fixed_decimals(number, 3) }},
            {{ fixed_decimals(number, 6) }}
        )
    )
{%- endmacro %}
