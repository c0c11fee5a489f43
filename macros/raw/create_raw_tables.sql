{% macro create_raw_tables() -%}
    {#- orchestration/warehouse/raw_tables.py creates the same before a load; a test compares them. -#}
    {%- if execute -%}
        {%- set cluster = adapter.get_clickhouse_cluster_name() -%}
        {%- set on_cluster = ' on cluster ' ~ cluster if cluster else '' -%}
        {%- set tables = [] -%}
        {%- for source in graph.sources.values() if source.config.meta.engine -%}
            {%- do tables.append(source) -%}
        {%- endfor -%}
        {%- for database in tables | map(attribute='schema') | unique -%}
            {%- do run_query('create database if not exists `' ~ database ~ '`' ~ on_cluster) -%}
        {%- endfor -%}
        {%- for table in tables -%}
            {%- do run_query(raw_table_ddl(table, on_cluster)) -%}
        {%- endfor -%}
        {%- for statement in added_column_ddl(tables, on_cluster) -%}
            {%- do run_query(statement) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}


{% macro added_column_ddl(tables, on_cluster='') -%}
    {%- set present = run_query(
        "select concat(database, '.', table, '.', name) from system.columns where database in ('"
        ~ tables | map(attribute='schema') | unique | join("', '") ~ "')"
    ).columns[0].values() -%}
    {%- set statements = [] -%}
    {%- for table in tables -%}
        {%- for column in table.columns.values()
            if [table.schema, table.identifier, column.name] | join('.') not in present -%}
            {%- do statements.append(
                'alter table `' ~ table.schema ~ '`.`' ~ table.identifier ~ '`' ~ on_cluster
                ~ ' add column if not exists `' ~ column.name ~ '` ' ~ column.data_type
            ) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do return(statements) -%}
{%- endmacro %}


{% macro raw_table_ddl(table, on_cluster='') -%}
    {%- set meta = table.config.meta -%}
create table if not exists `{{ table.schema }}`.`{{ table.identifier }}`{{ on_cluster }}
(
    {%- for column in table.columns.values() %}
    `{{ column.name }}` {{ column.data_type }}{{ ',' if not loop.last }}
    {%- endfor %}
)
engine = {{ 'Replicated' if on_cluster }}{{ meta.engine }}
{%- if meta.partition_by %}
partition by {{ meta.partition_by }}
{%- endif %}
order by {{ meta.order_by }}
{%- endmacro %}
