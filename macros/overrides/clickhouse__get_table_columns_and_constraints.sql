{% macro clickhouse__get_table_columns_and_constraints() -%}
    {#- Takes the place of dbt's own, to create columns with their comments. -#}
    {%- set declared = [] -%}
    {%- for column in model.columns.values() -%}
        {%- set rendered = adapter.render_raw_columns_constraints(raw_columns={column.name: column}) | first -%}
        {%- do declared.append(
            rendered ~ (' comment ' ~ clickhouse_escape_comment(column.description) if column.description and config.persist_column_docs() else '')
        ) -%}
    {%- endfor -%}
    ({{ (declared + adapter.render_raw_model_constraints(raw_constraints=model.constraints)) | join(', ') }})
{%- endmacro %}
