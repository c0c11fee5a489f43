{% macro parse_number(text, domain='duration_ms') -%}
    {#- A number that need not be whole, such as milliseconds or a score; what is unreadable or outside its domain is unknown. -#}
    {{ in_domain("toFloat64OrNull(" ~ readable_number(text) ~ ")", domain) }}
{%- endmacro %}
