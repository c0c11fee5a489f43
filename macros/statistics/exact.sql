{% macro exact(number) -%}
    {#- A number as a decimal with 12 places, whose sums do not depend on the order of the rows; NULL if it is none. -#}
    if(isFinite(toFloat64({{ number }})), toDecimal256({{ number }}, 12), null)
{%- endmacro %}
