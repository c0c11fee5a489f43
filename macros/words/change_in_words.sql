{% macro change_in_words() -%}
    {#-
        What made a contributor's cost change, over the columns of `effects` in `mart_cost_changes`: the parts that show in
        cents and are a tenth of the largest or more, in order.
    -#}
    {%- set parts = {
        'runs_effect_usd': "multiIf(current_runs = 2 * previous_runs, 'twice the runs', current_runs > previous_runs, 'more runs', 'fewer runs')",
        'calls_per_run_effect_usd': "if(current_calls > previous_calls, 'more calls a run', 'fewer calls a run')",
        'tokens_per_call_effect_usd': "if(current_tokens_per_call > previous_tokens_per_call, 'longer calls', 'shorter calls')",
        'price_effect_usd': "concat(if(price_effect_usd > 0, 'more expensive ', 'cheaper '), multiIf(has_tokens, 'tokens', has_calls, 'calls', 'work'))",
        'new_usd': "'new'",
        'gone_usd': "'gone'",
    } -%}
    arrayStringConcat(
        arrayMap(
            part -> concat(part.1, {{ signed_dollars('part.2') }}, part.3),
            arrayConcat(
                [('', change_usd, ': ')],
                arrayMap(
                    (part, place) -> (concat(if(place = 1, '', ', '), part.1, ' ('), part.2, ')'),
                    arrayFilter(
                        part -> abs(part.2) > 0 and abs(part.2) * 10 >= greatest(
                            {%- for usd in parts %}abs({{ usd }}){{ ', ' if not loop.last }}{% endfor -%}
                        ),
                        [
                            {% for usd, words in parts.items() -%}
                                ({{ words }}, {{ usd }}){{ ',' if not loop.last }}
                            {% endfor %}
                        ]
                    ) as shown_parts,
                    arrayEnumerate(shown_parts)
                )
            )
        ),
        ''
    )
{%- endmacro %}
