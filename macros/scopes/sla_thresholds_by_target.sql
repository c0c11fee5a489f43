{% macro sla_thresholds_by_target() -%}
    {#- The seed as one map, for a CTE of the name `thresholds`. -#}
    select
        mapFromArrays(
            groupArray(toString(tuple(targets.workflow_id, targets.model))),
            groupArray(targets.threshold_ms)
        ) as by_target
    from {{ ref('sla_thresholds') }} as targets
{%- endmacro %}
