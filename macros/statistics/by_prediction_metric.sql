{% macro by_prediction_metric(values) -%}
    {#- The value of a run's metric, from a var that has one for each. -#}
    multiIf(metric = 'cost', {{ values.cost }}, metric = 'duration', {{ values.duration }}, {{ values.output_cost }})
{%- endmacro %}
