{% materialization table, adapter='clickhouse' %}
    {#-
        Takes the place of dbt-clickhouse's own where a table is made again with the same columns: it copies their
        declaration, which is known, rather than to plan the query for it, to check the contract and to write all
        comments once more. The new table takes the old one's place in one step, as there.
    -#}
    {%- set existing = load_cached_relation(this) -%}
    {%- if not (has_same_structure() and existing and existing.can_exchange) -%}
        {{- return(dbt.materialization_table_clickhouse()) -}}
    {%- endif -%}
    {%- set table = this.incorporate(type='table') -%}
    {%- set next = make_backup_relation(table, 'table') -%}

    {{ run_hooks(pre_hooks) }}

    {{ drop_relation_if_exists(load_cached_relation(next)) }}
    {%- call statement('copy_structure') -%}
        create table {{ next }} as {{ table }}
    {%- endcall -%}
    {%- call statement('main') -%}
        {{ clickhouse__insert_into(next, sql, config.get('contract').enforced) }}
    {%- endcall -%}
    {%- do exchange_tables_atomic(next, table) -%}

    {{ run_hooks(post_hooks) }}

    {%- call statement('drop_former') -%}
        drop table if exists {{ next }}
    {%- endcall -%}

    {{ return({'relations': [table]}) }}

{% endmaterialization %}
