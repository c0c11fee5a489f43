{% macro clickhouse__collect_freshness(source, loaded_at_field, filter) -%}
    {#-
        Takes the place of dbt's own: a table into which nothing was ever loaded belongs to a source that nobody
        uses. The engine's maximum of no rows is 1970, which would fail as stale.
    -#}
    {%- call statement('collect_freshness', fetch_result=True, auto_begin=False) -%}
        select
            if(count() = 0, {{ current_timestamp() }}, max({{ loaded_at_field }})) as max_loaded_at,
            {{ current_timestamp() }} as snapshotted_at
        from {{ source }}
        {%- if filter %}
        where {{ filter }}
        {%- endif %}
    {%- endcall -%}
    {{- return(load_result('collect_freshness')) -}}
{%- endmacro %}
