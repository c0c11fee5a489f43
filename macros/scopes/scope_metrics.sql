{% macro scope_metrics(lists_are_measured=false) -%}
    {#-
        Every figure of the metric catalogue, from the sums and lists of `int_scope_days` over some days. Where the lists
        of times are long, the query counts them and takes their percentiles as it puts them together.
    -#}
    input_tokens + output_tokens as total_tokens,
    {% if not lists_are_measured -%}
        {% for list, names in scope_lists().items() -%}
            toUInt64(length({{ list }})) as {{ names.count }},
            arrayReduce('quantilesExactInclusive(0.5, 0.9, 0.95, 0.99)', {{ list }}) as {{ names.metric }}_percentiles,
        {% endfor -%}
    {% endif -%}
    completed_run_count + failed_run_count as finished_run_count,
    qa_passed_count + qa_warning_count + qa_failed_count as qa_judged_count,
    toUInt64(length(users)) as user_count,
    toUInt64(length(workflows)) as workflow_count,
    {{ safe_ratio('cost_usd', 'run_count') }} as avg_cost_per_run_usd,
    {{ safe_ratio('run_duration_ms_sum', 'run_duration_count') }} as avg_duration_ms,
    {{ safe_ratio('latency_ms_sum', 'latency_count') }} as avg_latency_ms,
    {{ safe_ratio('rating_sum', 'rating_count') }} as avg_rating,
    {{ safe_ratio('score_sum', 'score_count') }} as avg_score,
    {{ safe_ratio('sentiment_sum', 'sentiment_count') }} as sentiment_score,
    {{ safe_ratio('qa_passed_count', 'qa_judged_count') }} as qa_pass_share,
    {{ safe_ratio('failed_run_count', 'finished_run_count') }} as failure_share,
    {{ safe_ratio('error_call_count', 'call_count') }} as error_share,
    {{ safe_ratio('success_count', 'success_evaluation_count') }} as success_share,
    {{ safe_ratio('sla_breach_count', 'latency_count') }} as sla_breach_share,
    {{ safe_ratio('cache_read_tokens', 'input_tokens') }} as cache_read_share,
    {{ safe_ratio('tool_error_count', 'tool_call_count') }} as tool_error_share,
    {{ safe_ratio('cost_usd', 'call_count') }} as cost_per_message_usd,
    {{ safe_ratio('total_tokens', 'call_count') }} as tokens_per_message,
    {% for names in scope_lists().values() -%}
        {% for percentile in [50, 90, 95, 99] -%}
            if({{ names.count }} = 0, null, {{ names.metric }}_percentiles[{{ loop.index }}]) as p{{ percentile }}_{{ names.metric }}_ms,
        {% endfor -%}
    {% endfor -%}
{%- endmacro %}
