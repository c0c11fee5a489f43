{% macro run_dimensions(runs) -%}
    {#- What a fact takes over from its run: the dimensions that every fact has. -#}
    {{ runs }}.workflow_id as workflow_id,
    {{ runs }}.project as project,
    {{ runs }}.user_id as user_id,
    {{ runs }}.team_id as team_id,
    {{ runs }}.organization_id as organization_id,
    toLowCardinality({{ runs }}.environment) as environment,
    toLowCardinality({{ runs }}.origin) as origin
{%- endmacro %}
