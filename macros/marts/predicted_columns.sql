{% macro predicted_columns(predictions) -%}
    {#- What was predicted of a run before it started, under the marts' names. -#}
    {{ predictions }}.typical_cost_usd as predicted_cost_usd,
    {{ predictions }}.expected_cost_usd as expected_cost_usd,
    {{ predictions }}.cost_low_80_usd as predicted_cost_low_80_usd,
    {{ predictions }}.cost_high_80_usd as predicted_cost_high_80_usd,
    {{ predictions }}.cost_low_95_usd as predicted_cost_low_95_usd,
    {{ predictions }}.cost_high_95_usd as predicted_cost_high_95_usd,
    {{ predictions }}.typical_duration_ms as predicted_duration_ms,
    {{ predictions }}.expected_duration_ms as expected_duration_ms,
    {{ predictions }}.duration_low_80_ms as predicted_duration_low_80_ms,
    {{ predictions }}.duration_high_80_ms as predicted_duration_high_80_ms,
    {{ predictions }}.duration_low_95_ms as predicted_duration_low_95_ms,
    {{ predictions }}.duration_high_95_ms as predicted_duration_high_95_ms
{%- endmacro %}
