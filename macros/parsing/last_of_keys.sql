{% macro last_of_keys(json) -%}
    {#- A JSON object whose key that stands twice has its last value alone, as Python reads it; any other text as it is. -#}
    arrayMap(
        (text, pairs) -> if(
            length(pairs) = length(arrayDistinct(arrayMap(pair -> pair.1, pairs))),
            text,
            concat(
                '{',
                arrayStringConcat(arrayMap(
                    pair -> concat(toJSONString(pair.1), ':', pair.2),
                    arrayFilter(
                        (pair, place) -> place = arrayLastIndex(other -> other.1 = pair.1, pairs),
                        pairs,
                        arrayEnumerate(pairs)
                    )
                ), ','),
                '}'
            )
        ),
        [{{ json }}],
        [JSONExtractKeysAndValuesRaw({{ json }})]
    )[1]
{%- endmacro %}
