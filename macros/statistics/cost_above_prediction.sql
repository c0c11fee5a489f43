{% macro cost_above_prediction(cost, predictions) -%}
    {#- Above the 95% interval of a prediction from enough runs. By chance one run in forty is. -#}
    toBool(
        {{ predictions }}.prediction_run_count >= {{ var('prediction_alert_min_runs') }}
        and coalesce(toFloat64({{ cost }}) > {{ predictions }}.cost_high_95_usd, false)
    )
{%- endmacro %}
