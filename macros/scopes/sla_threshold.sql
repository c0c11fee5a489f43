{% macro sla_threshold(workflow_id, model) -%}
    {#-
        The agreed longest latency of a call, ms: of its workflow and model, else of the workflow, else of the model,
        else the var `sla_threshold_ms`. Reads the map `thresholds.by_target` of `sla_thresholds_by_target`.
    -#}
    {%- set map = '(select thresholds.by_target from thresholds)' -%}
    multiIf(
        empty({{ map }}), toFloat64({{ var('sla_threshold_ms') }}),
        {% for target in [(workflow_id, model), (workflow_id, "''"), ("''", model)] -%}
            mapContains({{ map }}, toString(tuple({{ target | join(', ') }}))),
            {{ map }}[toString(tuple({{ target | join(', ') }}))],
        {% endfor -%}
        toFloat64({{ var('sla_threshold_ms') }})
    )
{%- endmacro %}
