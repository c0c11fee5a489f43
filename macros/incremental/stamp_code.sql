{% macro stamp_code() -%}
    {#- Post-hook: notes in an incremental table's comment what code it was built with. -#}
    {%- if execute and model.config.materialized == 'incremental' -%}
        alter table {{ this }} {{ on_cluster_clause(this) }}
        modify comment '{{ (model.description ~ ' (' ~ stamp() ~ ')') | replace("\\", "\\\\") | replace("'", "\\'") }}'
    {%- endif -%}
{%- endmacro %}
