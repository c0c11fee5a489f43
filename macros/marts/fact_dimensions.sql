{% macro fact_dimensions(runs) -%}
    {#- What every fact can be filtered by and takes over from its run; with the model's, `training_method`. -#}
    {{ run_dimensions(runs) }},
    toBool({{ runs }}.origin = 'widget') as is_widget,
    {{ runs }}.conversation_id as conversation_id,
    toLowCardinality({{ runs }}.experiment_name) as experiment_name,
    toLowCardinality({{ runs }}.variant) as variant
{%- endmacro %}
