{% macro scope_metric_columns() -%}
    {#- The columns that both marts of metrics have, in order, after those that say what a row is of. -#}
    {%- for column in scope_counts() -%}
        {%- if column in ('run_duration_ms_sum', 'latency_ms_sum', 'rating_sum', 'score_sum', 'sentiment_sum', 'sentiment_sq_sum') -%}
            toFloat64({{ column }}) as {{ column }},
        {% else -%}
            {{ column }},
        {% endif -%}
    {%- endfor -%}
    {%- for column in [
        'total_tokens', 'run_duration_count', 'latency_count', 'finished_run_count', 'qa_judged_count', 'user_count', 'workflow_count',
        'avg_cost_per_run_usd', 'avg_duration_ms', 'p50_duration_ms', 'p90_duration_ms', 'p95_duration_ms', 'p99_duration_ms',
        'avg_latency_ms', 'p50_latency_ms', 'p90_latency_ms', 'p95_latency_ms', 'p99_latency_ms',
        'qa_pass_share', 'failure_share', 'error_share', 'success_share', 'avg_rating', 'avg_score', 'sentiment_score',
        'sla_breach_share', 'cache_read_share', 'tool_error_share', 'cost_per_message_usd', 'tokens_per_message',
    ] -%}
        {{ column }},
    {% endfor -%}
{%- endmacro %}
