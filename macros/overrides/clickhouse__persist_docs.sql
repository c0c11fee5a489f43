{% macro clickhouse__persist_docs(relation, model, for_relation, for_columns) -%}
    {#-
        Takes the place of dbt-clickhouse's own, which lists the table's columns first. The engine passes over a
        column that does not exist, and a table of the same structure has its comments. What tables and views are about
        stands in the statements that create them (`relation_comment`), as do the columns of a table with a contract.
    -#}
    {%- if has_same_structure() -%}
        {{- return('') -}}
    {%- endif -%}
    {%- set comments = [] -%}
    {%- if for_relation and config.persist_relation_docs() and model.description and model.config.materialized not in ('table', 'view', 'incremental') -%}
        {%- do comments.append('modify comment ' ~ clickhouse_escape_comment(model.description)) -%}
    {%- endif -%}
    {%- set are_columns_created = model.config.materialized == 'table' and config.get('contract').enforced -%}
    {%- if for_columns and config.persist_column_docs() and not are_columns_created -%}
        {%- for column in model.columns.values() if column.description -%}
            {%- do comments.append(
                'comment column if exists `' ~ column.name ~ '` ' ~ clickhouse_escape_comment(column.description)
            ) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if comments -%}
        {%- call statement('persist_docs') -%}
            {{ one_alter_relation(relation, comments | join(', ')) }}
        {%- endcall -%}
    {%- endif -%}
{%- endmacro %}
