{% macro run_id(source_name, source_run_id) -%}
    {#- Ids are unique within a source only. -#}
    concat({{ source_name }}, ':', {{ source_run_id }})
{%- endmacro %}
