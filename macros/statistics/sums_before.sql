{% macro sums_before(numbers, length, window) -%}
    {#- Running sums, place by place, of arrays of whole numbers over a window; zeros over an empty one. -#}
    arrayResize(sumForEach({{ numbers }}) over {{ window }}, {{ length }}, toInt128(0))
{%- endmacro %}
