{% macro rounded_half_up(number, decimals) -%}
    {#-
        A number as people round it, half away from zero, as text with at least one decimal: 0.125 is 0.13. A
        float is cast to a decimal first, because floats round half to even.
    -#}
    toDecimalString(round(toDecimal128({{ number }}, 12), {{ decimals }}), {{ decimals }})
{%- endmacro %}
