{% macro clickhouse__create_view_as(relation, sql) -%}
    {#- Takes the place of dbt-clickhouse's own, to create a view with its comment. -#}
    {{ config.get('sql_header', '') }}
    create or replace view {{ relation.include(database=False) }} {{ on_cluster_clause(relation) }}
    {{ get_sql_security_clause(relation) }}
    {%- if config.get('contract').enforced %}
        {{ get_assert_columns_equivalent(sql) }}
    {%- endif %}
    as (
        {{ sql }}
        {{ adapter.get_model_query_settings(model) }}
    )
    {{ relation_comment() }}
{%- endmacro %}
