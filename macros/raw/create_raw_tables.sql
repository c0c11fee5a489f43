{% macro create_raw_tables() -%}
    {#- Before a build: what staging reads exists, so that `dbt build` alone works on an empty warehouse. -#}
    {%- if execute -%}
        {%- set tables = [] -%}
        {%- for source in graph.sources.values() if source.config.meta.engine -%}
            {%- do tables.append(source) -%}
        {%- endfor -%}
        {%- set present = [] -%}
        {%- for row in run_query(
            "select concat(database, '.', table, '.', name) from system.columns where database in ('"
            ~ tables | map(attribute='schema') | unique | join("', '") ~ "')"
        ).rows -%}
            {%- do present.append(row[0]) -%}
        {%- endfor -%}
        {%- set cluster = adapter.get_clickhouse_cluster_name() or '' -%}
        {%- for statement in raw_table_statements(tables, present, cluster).split(';') if statement | trim -%}
            {%- do run_query(statement | trim) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
