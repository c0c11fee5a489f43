{% macro comparison_metrics() -%}
    {#-
        What units are compared by, as the catalogue (seed `metrics`) defines it: kind of test, numerator, denominator.
        A `share` is of hits among trials; of what is `skewed` and positive the logarithms are compared; of a `rank`
        the order.
    -#}
    {{- return({
        'success_share': ('share', 'success_count', 'success_evaluation_count'),
        'error_share': ('share', 'error_call_count', 'call_count'),
        'qa_pass_share': ('share', 'qa_passed_count', 'qa_judged_count'),
        'tool_error_share': ('share', 'tool_error_count', 'tool_call_count'),
        'avg_rating': ('rank', 'rating_sum', 'rating_count'),
        'avg_score': ('rank', 'score_sum', 'score_count'),
        'cost_per_message_usd': ('skewed', 'cost_usd', 'priced_call_count'),
        'avg_latency_ms': ('skewed', 'latency_ms_sum', 'latency_count'),
        'tokens_per_message': ('skewed', 'total_tokens', 'call_count'),
    }) -}}
{%- endmacro %}
