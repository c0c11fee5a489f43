{% macro json_list(text) -%}
    {#- JSON texts of what a field lists: a list, a map by name, or one value; '' and null list nothing. -#}
    multiIf(
        {{ text }} in ('', 'null'), emptyArrayString(),
        JSONType({{ text }}) = 'Array', JSONExtractArrayRaw({{ text }}),
        [{{ text }}]
    )
{%- endmacro %}
