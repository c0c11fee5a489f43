{% macro filtered_values(paths, kind, within) -%}
    {#- Triples of path, kind and text of those values at the paths that are logged and for which the condition on `field` fails. -#}
    {%- set values = [] -%}
    {%- for path in paths if '[]' not in path -%}
        {%- do values.append("('" ~ path ~ "', '" ~ kind ~ "', fields." ~ path ~ ")") -%}
    {%- endfor -%}
    {%- set arrays = ["[" ~ values | join(', ') ~ "]"] if values else [] -%}
    {%- for path in paths if '[]' in path -%}
        {%- set list, name = path.split('[]') -%}
        {#- Raw, because a number has no text. -#}
        {%- set text = "JSONExtractRaw(member.2, '" ~ name[1:] ~ "')" if name else 'member.2' -%}
        {%- do arrays.append(
            "arrayMap(member -> ('" ~ path ~ "', '" ~ kind ~ "', trimBoth(" ~ text ~ ", '" ~ '"' ~ "')), " ~ json_members('fields.' ~ list) ~ ")"
        ) -%}
    {%- endfor -%}
    arrayFilter(
        field -> field.3 not in ('', 'null', '0') and not ifNull({{ within }}, false),
        {{ arrays[0] if arrays | length == 1 else 'arrayConcat(' ~ arrays | join(', ') ~ ')' }}
    )
{%- endmacro %}
