{% macro safe_ratio(numerator, denominator) -%}
    {#- ClickHouse divides by zero to inf or nan; a ratio without a denominator is unknown. -#}
    if(toFloat64({{ denominator }}) = 0, null, toFloat64({{ numerator }}) / toFloat64({{ denominator }}))
{%- endmacro %}
