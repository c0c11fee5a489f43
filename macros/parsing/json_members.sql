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
