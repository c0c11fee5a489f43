{% macro input_fingerprint(text, json_depth) -%}
    {#-
        The input's shape: the paths of its values with their types, whatever the order of keys, the
        length of lists or the values (K11), as 16 hex digits. Walked level by level, a fold step each:
        ClickHouse's own list of JSON paths refuses repeated keys and leaves out what is inside lists.
    -#}
    substring(
        lower(hex(SHA256(toString(arraySort(
            arrayFold(
                (state, level) -> (
                    arrayFlatten(arrayMap(
                        node -> multiIf(
                            JSONType(node.2) = 'Object', arrayMap(
                                pair -> (concat(node.1, '.', toJSONString(pair.1)), pair.2),
                                JSONExtractKeysAndValuesRaw(node.2)
                            ),
                            JSONType(node.2) = 'Array', arrayMap(
                                item -> (concat(node.1, '[]'), item),
                                arrayDistinct(JSONExtractArrayRaw(node.2))
                            ),
                            []
                        ),
                        state.1
                    )),
                    arrayDistinct(arrayConcat(
                        state.2,
                        arrayMap(
                            -- JSON itself has one kind of number.
                            node -> (
                                node.1,
                                if(JSONType(node.2) in ('Int64', 'UInt64', 'Double'), 'Number', toString(JSONType(node.2)))
                            ),
                            state.1
                        )
                    ))
                ),
                range(toUInt64({{ json_depth }} + 1)),
                ([('$', {{ text }})], cast([], 'Array(Tuple(String, String))'))
            ).2
        ))))),
        1,
        16
    )
{%- endmacro %}
