{% macro clickhouse__get_assert_columns_equivalent(sql) -%}
    {#-
        Takes the place of dbt-clickhouse's own, which looks for each of the query's columns among all that the contract
        declares, a step of the template for each pair of them.
    -#}
    {%- set found = adapter.format_columns(adapter.get_column_schema_from_query(sql, query_settings=config.get('query_settings', {}))) -%}
    {%- set types, declared_types = {}, {} -%}
    {%- for column in found -%}
        {%- do types.update({column.name: column.data_type}) -%}
    {%- endfor -%}
    {%- for column in model.columns.values() -%}
        {%- do declared_types.update({column.name: column.data_type}) -%}
    {%- endfor -%}
    {%- if types != declared_types or found | length != model.columns | length -%}
        {%- do exceptions.raise_contract_error(model.columns.values(), found) -%}
    {%- endif -%}
{%- endmacro %}
