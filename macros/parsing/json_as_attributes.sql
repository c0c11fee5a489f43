{% macro json_as_attributes(text, levels=10) -%}
    {#-
        A map of texts out of nested JSON, by dotted paths: so ClickHouse's type JSON gives back attributes whose
        names have dots.
    -#}
    {%- set ns = namespace(pairs="JSONExtractKeysAndValuesRaw(" ~ text ~ ")") -%}
    {%- for level in range(levels) -%}
        {%- set ns.pairs -%}
            arrayFlatten(arrayMap(
                outer_{{ level }} -> if(
                    startsWith(outer_{{ level }}.2, '{'),
                    arrayMap(
                        inner_{{ level }} -> (concat(outer_{{ level }}.1, '.', inner_{{ level }}.1), inner_{{ level }}.2),
                        JSONExtractKeysAndValuesRaw(outer_{{ level }}.2)
                    ),
                    [outer_{{ level }}]
                ),
                {{ ns.pairs }}
            ))
        {%- endset -%}
    {%- endfor -%}
    cast(
        arrayMap(pair -> (pair.1, if(startsWith(pair.2, '"'), JSONExtractString(pair.2), pair.2)), {{ ns.pairs }}),
        'Map(String, String)'
    )
{%- endmacro %}
