{% macro either(record) -%}
    {#- A field under its names in the API and in the database, in varargs: the first that is filled. -#}
    {%- set names = varargs -%}
    coalesce(
        {%- for name in names[:-1] %}nullIf({{ record }}.{{ name }}, ''), {% endfor -%}
        {{ record }}.{{ names[-1] }})
{%- endmacro %}
