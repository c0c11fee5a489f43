{% macro create_table_or_empty(temporary, relation, sql, has_contract) -%}
    {#- Takes the place of dbt-clickhouse's own, to create a table with its comment. Only unit tests ask for temporary ones. -#}
    {%- if temporary -%}
        {{ dbt.create_table_or_empty(temporary, relation, sql, has_contract) }}
    {%- else -%}
        {{ config.get('sql_header', '') }}
        create table {{ relation }} {{ on_cluster_clause(relation) }}
        {%- if has_contract %}
            {{ get_assert_columns_equivalent(sql) }}
            {{ get_table_columns_and_constraints() }}
        {%- endif %}
        {{ engine_clause() }}
        {{ order_cols(label='order by') }}
        {{ primary_key_clause(label='primary key') }}
        {{ partition_cols(label='partition by') }}
        {{ ttl_config(label='ttl') }}
        {{ adapter.get_model_settings(model, config.get('engine', default='MergeTree')) }}
        {{ relation_comment() }}
        {%- if not has_contract %}
            empty as (
                {{ sql }}
            )
        {%- endif %}
        {{ adapter.get_model_query_settings(model) }}
    {%- endif -%}
{%- endmacro %}
