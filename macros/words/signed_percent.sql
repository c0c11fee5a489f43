{% macro signed_percent(number) -%}
    concat(if({{ number }} < 0, '', '+'), {{ fixed_decimals(number, 0) }}, '%')
{%- endmacro %}
