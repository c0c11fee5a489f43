{% macro json_list(text) -%}
    {#- JSON texts of what a field lists: a list, a map by name, or one value; '' and null list nothing. -#}
    multiIf(
        {{ text }} in ('', 'null'), emptyArrayString(),
        JSONType({{ text }}) = 'Array', JSONExtractArrayRaw({{ text }}),
        [{{ text }}]
    )
{%- endmacro %}


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


{% macro json_members(text) -%}
    {#-
        Pairs of name and JSON text of a map by name; of a list the name is ''. JSON text in a text, as
        CSV has it, is read too, because a field is extracted as text.
    -#}
    multiIf(
        JSONType({{ text }}) = 'Object', JSONExtractKeysAndValuesRaw({{ text }}),
        JSONType({{ text }}) = 'Array', arrayMap(item -> ('', item), JSONExtractArrayRaw({{ text }})),
        cast([], 'Array(Tuple(String, String))')
    )
{%- endmacro %}
