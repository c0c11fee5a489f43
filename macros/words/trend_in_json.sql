{% macro trend_in_json(name) -%}
    {#-
        A row of `mart_trends` as document D's JSON object. Reliability is the share that succeeded, of which the metric is
        the rest.
    -#}
    {%- set number = 'Nullable(Float64)' -%}
    {%- set is_rest = name == 'reliability' -%}
    toJSONString({{ json_object({
        'metric_name': ("'" ~ name ~ "'", 'String'),
        'current_value': ('1 - current_value' if is_rest else 'current_value', number),
        'previous_value': ('1 - previous_value' if is_rest else 'previous_value', number),
        'change_percent': ('round(-change / nullIf(1 - previous_value, 0) * 100, 2)' if is_rest else 'round(change_pct, 2)', number),
        'direction': (
            "multiIf(direction = 'up', 'down', direction = 'down', 'up', 'stable')" if is_rest else 'toString(direction)', 'String'
        ),
        'is_significant': ('is_significant', 'Bool'),
    }) }})
{%- endmacro %}
