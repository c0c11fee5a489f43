{% macro scope_day_parts() -%}
    {#- The counts and sums of a scope's day, by what they are of; all add up over days. -#}
    {{- return({
        'runs': [
            'run_count', 'completed_run_count', 'failed_run_count', 'cancelled_run_count', 'run_duration_ms_sum',
            'log_run_cost_sum', 'log_run_cost_sq_sum', 'log_run_cost_count',
            'log_run_duration_sum', 'log_run_duration_sq_sum', 'log_run_duration_count',
            'qa_run_count', 'qa_passed_count', 'qa_warning_count', 'qa_failed_count', 'qa_error_count', 'qa_not_run_count',
        ],
        'calls': [
            'call_count', 'error_call_count', 'unpriced_call_count', 'input_tokens', 'output_tokens', 'cache_read_tokens',
            'cost_usd', 'allocated_cost_usd', 'failed_run_cost_usd', 'error_call_cost_usd', 'sla_breach_count',
            'latency_ms_sum', 'log_latency_sum', 'log_latency_sq_sum', 'log_latency_count',
        ],
        'events': [
            'success_count', 'success_evaluation_count', 'rating_sum', 'rating_count',
            'rating_1_count', 'rating_2_count', 'rating_3_count', 'rating_4_count', 'rating_5_count',
            'score_sum', 'score_count', 'tool_call_count', 'tool_error_count', 'conversation_count', 'message_count',
            'sentiment_sum', 'sentiment_sq_sum', 'sentiment_count', 'negative_message_count', 'positive_message_count',
        ],
    }) -}}
{%- endmacro %}
