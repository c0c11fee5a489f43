{% macro fixed_decimals(number, decimals) -%}
    toDecimalString(round(toFloat64({{ number }}), {{ decimals }}), {{ decimals }})
{%- endmacro %}
