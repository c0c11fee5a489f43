{% macro call_facts_version() -%}
    {#-
        Of a run of `int_runs`: what the facts of its calls follow from, all but how they were judged. A registered model or
        an agreed latency that changes may be any call's.
    -#}
    cityHash64(
        row_version,
        call_rows_version,
        {{ models_version() }},
        assumeNotNull((select sum(cityHash64(tuple(workflow_id, model, threshold_ms))) from {{ ref('sla_thresholds') }}))
    )
{%- endmacro %}
