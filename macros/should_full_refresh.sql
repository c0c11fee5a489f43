{% macro should_full_refresh() -%}
    {#-
        Takes the place of dbt's own: an incremental model that other code or other vars have built is made
        anew as a whole, so an upgrade needs no `--full-refresh`, whatever became of its columns.
    -#}
    {%- set asked = config.get('full_refresh') -%}
    {%- if asked is none -%}
        {%- set asked = flags.FULL_REFRESH -%}
    {%- endif -%}
    {%- if not asked and execute and model.config.materialized == 'incremental' -%}
        {%- set built = run_query(
            "select comment from system.tables where database = '" ~ this.schema ~ "' and name = '" ~ this.identifier ~ "'"
        ) -%}
        {%- set asked = built.rows | length > 0 and stamp() not in built.rows[0][0] -%}
    {%- endif -%}
    {{- return(asked) -}}
{%- endmacro %}


{% macro stamp_code() -%}
    {#- Post-hook: notes in an incremental table's comment what code it was built with. -#}
    {%- if execute and model.config.materialized == 'incremental' -%}
        alter table {{ this }} {{ on_cluster_clause(this) }}
        modify comment '{{ (model.description ~ ' (' ~ stamp() ~ ')') | replace("\\", "\\\\") | replace("'", "\\'") }}'
    {%- endif -%}
{%- endmacro %}


{% macro stamp() -%}
    {#- Names the code and vars that this model's rows are computed with. -#}
    {%- set version = code_version() if model.fqn[1] == 'intermediate' else judgement_version() -%}
    {{- return('built with code ' ~ version[:12]) -}}
{%- endmacro %}
