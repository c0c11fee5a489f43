{% macro otel_counts(facts) -%}
    {#- Counters of a record, under one name each, that any of their names gives: a map of whole numbers. -#}
    {%- set kinds = [
        'input_tokens', 'output_tokens', 'total_tokens', 'cache_read_tokens', 'cache_write_tokens', 'cache_write_1h_tokens',
        'reasoning_tokens', 'uncached_tokens', 'anthropic_input_tokens', 'audio_input_tokens', 'audio_output_tokens', 'web_search',
        'separate_thought_tokens', 'separate_tool_tokens', 'google_input_tokens', 'google_tool_tokens', 'google_answer_tokens',
        'google_thought_tokens', 'google_total_tokens', 'google_cached_tokens'
    ] -%}
    cast(
        arrayMap(
            pair -> (pair.1, assumeNotNull(pair.2)),
            arrayFilter(
                pair -> isNotNull(pair.2),
                arrayMap(
                    kind -> (
                        kind.1,
                        {# One counter under several names: the largest is it. #}
                        arrayReduce(
                            'maxOrNull',
                            arrayMap(text -> {{ parse_count('text') }}, arrayMap(name -> {{ facts }}[name], kind.2))
                        )
                    ),
                    [
                        {%- for kind in kinds %}
                        ('{{ kind }}', ['{{ otel_names(kind) | join("', '") }}']){{ ',' if not loop.last }}
                        {%- endfor %}
                    ]
                )
            )
        ),
        'Map(String, UInt64)'
    )
{%- endmacro %}
