{% macro insight_item() -%}
    {#- An insight as document D's JSON object, over the columns of `mart_insights`. -#}
    concat(
        '{"id":', toJSONString(finding_id), ',"type":', toJSONString(toString(type)), ',"severity":', toJSONString(toString(severity)),
        ',"category":', toJSONString(toString(category)), ',"title":', toJSONString(title), ',"description":', toJSONString(description),
        ',"data":', data, ',"recommendations":', toJSONString(recommendations),
        ',"pipeline_id":', if(workflow_id = '', 'null', toJSONString(workflow_id)), ',"scope":', toJSONString(toString(scope_id)),
        ',"evidence_run_ids":', toJSONString(evidence_run_ids),
        ',"period":{"start":"', toString(period_start_date), '","end":"', toString(period_last_date), '"}}'
    )
{%- endmacro %}
