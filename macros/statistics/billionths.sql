{% macro billionths(logarithm) -%}
    {#- A logarithm as a whole number of billionths, so that sums are exact in any order. -#}
    toInt128(round(coalesce({{ logarithm }}, 0) * 1e9))
{%- endmacro %}
