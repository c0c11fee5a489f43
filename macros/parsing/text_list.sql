{% macro text_list(text) -%}
    {#- A list of text as JSON, as PostgreSQL writes an array, or as words between commas. -#}
    multiIf(
        {{ text }} in ('', 'null', '{}', '[]'), emptyArrayString(),
        JSONType({{ text }}) = 'Array', JSONExtract({{ text }}, 'Array(String)'),
        arrayFilter(
            item -> item != '',
            arrayMap(
                item -> if(item[1] != '', replaceRegexpAll(item[1], '\\\\(.)', '\\1'), trimBoth(item[2])),
                extractAllGroupsVertical({{ text }}, '"((?:[^"\\\\]|\\\\.)*)"|([^",{}]+)')
            )
        )
    )
{%- endmacro %}
