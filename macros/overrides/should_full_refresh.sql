{% macro should_full_refresh() -%}
    {#-
        Takes the place of dbt's own: an incremental model that other code or other vars have built is
        rebuilt as a whole, so an upgrade needs no `--full-refresh`, whatever became of its columns. A build that
        plans knows it of all models at once.
    -#}
    {%- set asked = config.get('full_refresh') -%}
    {%- if asked is none -%}
        {%- set asked = flags.FULL_REFRESH -%}
    {%- endif -%}
    {%- if not asked and execute and model.config.materialized == 'incremental' and not has_same_structure() -%}
        {%- set built = run_query(
            "select comment from system.tables where database = '" ~ this.schema ~ "' and name = '" ~ this.identifier ~ "'"
        ) -%}
        {%- set asked = built.rows | length > 0 and stamp() not in built.rows[0][0] -%}
    {%- endif -%}
    {{- return(asked) -}}
{%- endmacro %}
