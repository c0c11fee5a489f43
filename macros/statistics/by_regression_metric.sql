{% macro by_regression_metric(metric, values) -%}
    {#- The value that holds for a row's metric. -#}
    multiIf(
        {{ metric }} = 'cost', {{ values.cost }},
        {{ metric }} = 'duration', {{ values.duration }},
        {{ values.quality }}
    )
{%- endmacro %}
