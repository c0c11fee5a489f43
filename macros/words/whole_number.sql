{% macro whole_number(number) -%}
    {#- A number as people round it to a whole, half away from zero, without a sign; 0 where it is unknown. -#}
    toString(toInt64(round(toDecimal128(abs(coalesce({{ number }}, 0)), 6), 0)))
{%- endmacro %}
