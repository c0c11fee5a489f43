{% macro code_version() -%}
    {#-
        Changes with the code that reads the logs: rows computed by other code are computed again, so an
        upgrade needs no full refresh.
    -#}
    {{- hash_of_code(
        ['staging', 'conformed', 'intermediate'],
        [
            'plausible_times', 'value_domains', 'parallel_tool_seconds',
            'otel_step_operations', 'otel_attributes', 'otel_cache_counting', 'otel_content_attributes', 'span_max_depth',
            'comparison_decimals', 'input_category_method', 'input_category_chars', 'input_category_score', 'input_complexity',
            'sentiment_scorer', 'sentiment_min_words'
        ]
    ) -}}
{%- endmacro %}
