{% macro median_of_sorted(values) -%}
    {#- Of a sorted array; 0 of an empty one. -#}
    (({{ values }}[intDiv(length({{ values }}) + 1, 2)] + {{ values }}[intDiv(length({{ values }}), 2) + 1]) / 2)
{%- endmacro %}
