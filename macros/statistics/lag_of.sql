{% macro lag_of(sums, rows, length, window) -%}
    {#- Running sums as they were so many rows before; zeros where there were not so many. -#}
    arrayResize(lagInFrame({{ sums }}, {{ rows }}) over {{ window }}, {{ length }}, toInt128(0))
{%- endmacro %}
