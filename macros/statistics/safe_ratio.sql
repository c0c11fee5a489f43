{% macro safe_ratio(numerator, denominator) -%}
    {#- ClickHouse divides by zero to inf or nan; a ratio with a denominator of zero is unknown. -#}
    if(toFloat64({{ denominator }}) = 0, null, toFloat64({{ numerator }}) / toFloat64({{ denominator }}))
{%- endmacro %}
