{% macro parse_number(text) -%}
    {#- A number that need not be whole, such as milliseconds or a score; what is unreadable or infinite is unknown. -#}
    toFloat64OrNull({{ readable_number(text) }})
{%- endmacro %}
