{% macro cost_above_prediction(cost, predictions) -%}
    {#- Whether a cost is beyond what chance allows: it puts one run in forty above its 95% interval. -#}
    toBool(
        {{ predictions }}.prediction_run_count >= {{ var('prediction_alert_min_runs') }}
        and coalesce(toFloat64({{ cost }}) > {{ predictions }}.cost_high_95_usd, false)
    )
{%- endmacro %}
