{% macro sums_before(numbers, length, window) -%}
    {#- Running sums, place by place, of arrays of whole numbers over a window; zeros over an empty one. -#}
    arrayResize(sumForEach({{ numbers }}) over {{ window }}, {{ length }}, toInt128(0))
{%- endmacro %}


{% macro lag_of(sums, rows, length, window) -%}
    {#- Running sums as they were so many rows before; zeros where there were not so many. -#}
    arrayResize(lagInFrame({{ sums }}, {{ rows }}) over {{ window }}, {{ length }}, toInt128(0))
{%- endmacro %}


{% macro difference(sums, sums_before) -%}
    {#- Place by place. -#}
    arrayMap((sum_here, sum_there) -> sum_here - sum_there, {{ sums }}, {{ sums_before }})
{%- endmacro %}
