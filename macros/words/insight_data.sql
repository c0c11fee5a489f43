{% macro insight_data() -%}
    {#- The numbers of an insight as a JSON object, under document D's keys, over the columns of `worded` in `mart_insights`. -#}
    {%- set number = 'Nullable(Float64)' -%}
    multiIf(
        rule_id = 'cost_spike', toJSONString({{ json_object({
            'previous_cost': ('previous_value', number), 'current_cost': ('current_value', number),
            'increase_percent': ('round(assumeNotNull(value), 2)', number),
        }) }}),
        rule_id in ('performance_degradation', 'performance_improvement'), toJSONString({{ json_object({
            'previous_avg_ms': ('previous_value', number), 'current_avg_ms': ('current_value', number),
        }) }}),
        rule_id in ('failure_pattern', 'failure_increase'), toJSONString({{ json_object({
            'failure_rate': ('failed_run_count / greatest(finished_run_count, 1)', number), 'total_failures': ('failed_run_count', 'UInt64'),
            'by_error_type': ('by_error_type', 'Map(String, UInt64)'),
        }) }}),
        toJSONString({{ json_object({
            'metric': ('toString(metric)', 'String'), 'subject': ('subject_id', 'String'), 'value': ('value', number),
            'current_value': ('current_value', number), 'previous_value': ('previous_value', number),
        }) }})
    )
{%- endmacro %}
