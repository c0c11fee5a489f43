{% macro project_of(name, directory) -%}
    {#- A project is called what the log calls it, else like the last folder of its directory. -#}
    if(
        {{ name }} != '',
        {{ name }},
        arrayElement(
            splitByChar('/', replaceRegexpOne(replaceAll({{ directory }}, '\\', '/'), '/+$', '')),
            -1
        )
    )
{%- endmacro %}
