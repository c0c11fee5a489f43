{% macro change_parts() -%}
    {#- What made a contributor's cost change, over the columns of `effects` in `mart_cost_changes`: words and USD of every part. -#}
    [
        (multiIf(current_runs = 2 * previous_runs, 'twice the runs', current_runs > previous_runs, 'more runs', 'fewer runs'), runs_effect_usd),
        (if(current_calls > previous_calls, 'more calls a run', 'fewer calls a run'), calls_per_run_effect_usd),
        (if(current_tokens_per_call > previous_tokens_per_call, 'longer calls', 'shorter calls'), tokens_per_call_effect_usd),
        (
            concat(if(price_effect_usd > 0, 'more expensive ', 'cheaper '), multiIf(has_tokens, 'tokens', has_calls, 'calls', 'work')),
            price_effect_usd
        ),
        ('new', new_usd),
        ('gone', gone_usd)
    ]
{%- endmacro %}
