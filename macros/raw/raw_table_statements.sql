{% macro raw_table_statements(tables, present, cluster='') -%}
    {#-
        The statements, each ended by a semicolon, that create what is missing of the raw tables: their
        databases, themselves, columns that a newer version of the project declares. `present` names the columns
        that are there, as `database.table.column`. Plain Jinja without dbt's own functions: a load renders this
        same file.
    -#}
    {%- set on_cluster = ' on cluster ' ~ cluster if cluster else '' -%}
    {%- set missing = [] -%}
    {%- for table in tables -%}
        {%- set place = table.schema ~ '.' ~ table.identifier ~ '.' -%}
        {%- set first_column = (table.columns.values() | first).name -%}
        {%- if cluster or place ~ first_column not in present -%}
            {%- set _ = missing.append(table) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for database in missing | map(attribute='schema') | unique %}
create database if not exists `{{ database }}`{{ on_cluster }};
    {%- endfor -%}
    {%- for table in missing %}
        {%- set meta = table.config.meta %}
create table if not exists `{{ table.schema }}`.`{{ table.identifier }}`{{ on_cluster }}
(
        {%- for column in table.columns.values() %}
    `{{ column.name }}` {{ column.data_type }}{{ ',' if not loop.last }}
        {%- endfor %}
)
engine = {{ 'Replicated' if cluster }}{{ meta.engine }}
        {%- if meta.partition_by %}
partition by {{ meta.partition_by }}
        {%- endif %}
order by {{ meta.order_by }};
    {%- endfor -%}
    {%- for table in tables if table not in missing -%}
        {%- for column in table.columns.values()
            if [table.schema, table.identifier, column.name] | join('.') not in present %}
alter table `{{ table.schema }}`.`{{ table.identifier }}`{{ on_cluster }} add column if not exists `{{ column.name }}` {{ column.data_type }};
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}
