{% macro read_json(text) -%}
    {#-
        A text as the JSON that Python reads in it and stricter parsers refuse: `NaN`, `Infinity`, numbers beyond
        64 bits and halves of emoji. Other text stays as it is.
    -#}
    if(
        isValidJSON({{ text }}) or not match({{ text }}, '^\\s*[\\[{]'),
        {{ text }},
        arrayStringConcat(arrayMap(
            token -> multiIf(
                startsWith(token, '"'), replaceRegexpAll(
                    token,
                    '(\\\\\\\\|\\\\u[dD][89abAB][0-9a-fA-F]{2}\\\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\\\u[dD][89a-fA-F][0-9a-fA-F]{2}',
                    '\\1'
                ),
                match(token, '^-?(NaN|Infinity|(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?)$'), '0',
                token
            ),
            extractAll(
                {{ text }},
                '"(?:[^"\\\\]|\\\\.)*"|-?(?:NaN|Infinity)|-?\\d[\\d.eE+-]*|[^"\\dNI-]+|.'
            )
        ))
    )
{%- endmacro %}
