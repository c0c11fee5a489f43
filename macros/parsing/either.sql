{% macro either(record, camel_case, snake_case) -%}
    {#- A field under its name in the API or in the database. -#}
    if({{ record }}.{{ camel_case }} != '', {{ record }}.{{ camel_case }}, {{ record }}.{{ snake_case }})
{%- endmacro %}
