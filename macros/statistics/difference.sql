{% macro difference(sums, sums_before) -%}
    {#- Place by place. -#}
    arrayMap((sum_here, sum_there) -> sum_here - sum_there, {{ sums }}, {{ sums_before }})
{%- endmacro %}
