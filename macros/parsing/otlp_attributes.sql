{% macro otlp_attributes(key_values, levels=8) -%}
    {#-
        A map of texts out of OTLP's list of keys and typed values, as the collector's ClickHouse exporter makes
        it: numbers and flags in plain, lists and objects as JSON text. Messages with parts and arguments nest
        seven deep; what lies deeper stays as OTLP has it. The linter, which knows no adapter, gets lost in that.
    -#}
    {%- set levels = levels if adapter is defined else 1 -%}
    cast(
        arrayMap(
            pair -> (
                pair.key,
                arrayMap(
                    typed -> multiIf(
                        typed.1 in ('stringValue', 'bytesValue'), JSONExtractString(typed.2),
                        -- An attribute without a value.
                        typed.1 = '', '',
                        {{ otlp_value('typed', levels) }}
                    ),
                    [JSONExtractKeysAndValuesRaw(pair.value)[1]]
                )[1]
            ),
            {{ key_values }}
        ),
        'Map(String, String)'
    )
{%- endmacro %}


{% macro otlp_value(typed, levels) -%}
    {#- JSON text of an OTLP value, given as its type's name and its raw JSON. -#}
    {%- set item = 'item_' ~ levels -%}
    {%- set inner = 'typed_' ~ levels -%}
    multiIf(
        {%- if levels > 0 %}
        {{ typed }}.1 in ('arrayValue', 'kvlistValue'), concat(
            if({{ typed }}.1 = 'arrayValue', '[', '{'),
            arrayStringConcat(
                arrayMap(
                    {{ item }} -> concat(
                        if({{ typed }}.1 = 'arrayValue', '', concat(JSONExtractRaw({{ item }}, 'key'), ':')),
                        arrayMap(
                            {{ inner }} -> {{ otlp_value(inner, levels - 1) }},
                            [JSONExtractKeysAndValuesRaw(
                                if({{ typed }}.1 = 'arrayValue', {{ item }}, JSONExtractRaw({{ item }}, 'value'))
                            )[1]]
                        )[1]
                    ),
                    JSONExtractArrayRaw({{ typed }}.2, 'values')
                ),
                ','
            ),
            if({{ typed }}.1 = 'arrayValue', ']', '}')
        ),
        {%- endif %}
        {{ typed }}.2 = '', 'null',
        -- 64-bit numbers stand in quotes.
        {{ typed }}.1 = 'intValue', trimBoth({{ typed }}.2, '"'),
        {{ typed }}.2
    )
{%- endmacro %}
