{% macro scope_lists() -%}
    {#- The lists of times of `int_scope_days`, each with the names of its count and of the metric. -#}
    {{- return({
        'durations_ms': {'count': 'run_duration_count', 'metric': 'duration'},
        'latencies_ms': {'count': 'latency_count', 'metric': 'latency'},
    }) -}}
{%- endmacro %}
