{% macro array_avg(values) -%}
    {#- arrayAvg of nothing is nan; here it is 0, which percent_change takes as nothing to compare. -#}
    if(empty({{ values }}), 0.0, arrayAvg({{ values }}))
{%- endmacro %}
