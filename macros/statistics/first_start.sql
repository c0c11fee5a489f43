{% macro first_start(runs) -%}
    {#- When the first of some new runs started; NULL without any, so that nothing is after it or before it. -#}
    (select minOrNull(first_of.started_at) from {{ runs }} as first_of)
{%- endmacro %}
