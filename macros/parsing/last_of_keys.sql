{% macro last_of_keys(json, levels=4) -%}
    {#-
        A JSON object in which a key that stands twice has its last value alone, as Python reads it, and so have the objects
        directly in it, so many levels deep; any other text as it is.
    -#}
    {%- set pair, text = 'pair_' ~ levels, 'text_' ~ levels -%}
    {%- set pairs, logged = 'pairs_' ~ levels, 'logged_' ~ levels -%}
    {%- set inner = "if(startsWith(" ~ pair ~ ".2, '{'), " ~ last_of_keys(pair ~ '.2', levels - 1) ~ ", " ~ pair ~ ".2)" if levels > 1 else pair ~ '.2' -%}
    arrayMap(
        ({{ text }}, {{ logged }}) -> arrayMap(
            {{ pairs }} -> if(
                {{ pairs }} = {{ logged }}
                and length({{ pairs }}) = length(arrayDistinct(arrayMap({{ pair }} -> {{ pair }}.1, {{ pairs }}))),
                {{ text }},
                concat(
                    '{',
                    arrayStringConcat(arrayMap(
                        {{ pair }} -> concat(toJSONString({{ pair }}.1), ':', {{ pair }}.2),
                        arrayFilter(
                            ({{ pair }}, place) -> place = arrayLastIndex(other -> other.1 = {{ pair }}.1, {{ pairs }}),
                            {{ pairs }},
                            arrayEnumerate({{ pairs }})
                        )
                    ), ','),
                    '}'
                )
            ),
            [arrayMap({{ pair }} -> ({{ pair }}.1, {{ inner }}), {{ logged }})]
        )[1],
        [{{ json }}],
        [JSONExtractKeysAndValuesRaw({{ json }})]
    )[1]
{%- endmacro %}
