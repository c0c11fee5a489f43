{% macro clickhouse__insert_into(target_relation, sql, has_contract, use_columns_from_sql=false) -%}
    {#-
        Takes the place of dbt-clickhouse's own, to make an increment all or nothing: an insert of many blocks that is
        cut off leaves some of them, under versions that look complete. So the table's stamp goes before the
        insert, and the post-hook puts it back after; a table without its stamp is built again as a whole.
        What reads one source alone (meta `reads_only`) is not even planned while that source's runs are as they were.
        The table's columns are not looked up: they are those of the contract, or the query's in its order, since
        this same query made the table (a stamp of other code makes it again).
    -#}
    {%- set rows = sql -%}
    {%- if execute and is_incremental() -%}
        {%- set only_source = model.config.meta.get('reads_only') -%}
        {%- if only_source and only_source not in changed_sources() -%}
            {%- set rows = 'select * from ' ~ this ~ ' where 1 = 0' -%}
        {%- endif -%}
        {%- call statement('unfinished') -%}
            alter table {{ target_relation }} {{ on_cluster_clause(target_relation) }} modify comment 'increment under way'
        {%- endcall -%}
    {%- endif -%}
    {%- if use_columns_from_sql -%}
        {{- dbt.clickhouse__insert_into(target_relation, rows, has_contract, use_columns_from_sql) -}}
    {%- elif has_contract -%}
        {%- set columns = model.columns.values() | map(attribute='name') | map('string') | list -%}
        insert into {{ target_relation }} (`{{ columns | join('`, `') }}`)
        select `{{ columns | join('`, `') }}`
        from (
            {{ rows }}
        )
        {{ adapter.get_model_query_settings(model) }}
    {%- else -%}
        insert into {{ target_relation }}
        {{ rows }}
        {{ adapter.get_model_query_settings(model) }}
    {%- endif -%}
{%- endmacro %}
