{% materialization seed, adapter='clickhouse' %}
    {#-
        Takes the place of dbt's own: a seed is read again only if its file or its types have changed, and
        then its table is made again, so that a further column needs no `--full-refresh`.
    -#}
    {%- set existing = load_relation(this) -%}
    {#- Of a file above a megabyte dbt knows only the path. -#}
    {%- set is_known = model.checksum.name == 'sha256' -%}
    {%- set stamp = 'seed ' ~ local_md5(model.checksum.checksum ~ tojson(config.get('column_types', {}))) -%}
    {%- set is_unchanged = false -%}
    {%- if existing and is_known and not should_full_refresh() -%}
        {%- set built = run_query(
            "select comment from system.tables where database = '" ~ this.schema ~ "' and name = '" ~ this.identifier ~ "'"
        ) -%}
        {%- set is_unchanged = built.rows | length > 0 and built.rows[0][0] == stamp -%}
    {%- endif -%}

    {{ run_hooks(pre_hooks) }}

    {%- if is_unchanged -%}
        {%- do store_result('agate_table', response='OK') -%}
        {%- call noop_statement('main', 'UNCHANGED', 'UNCHANGED', 0) -%}
            select 1
        {%- endcall -%}
    {%- else -%}
        {%- set agate_table = load_agate_table() -%}
        {%- do store_result('agate_table', response='OK', agate_table=agate_table) -%}
        {%- if existing -%}
            {%- do adapter.drop_relation(existing) -%}
        {%- endif -%}
        {%- do create_csv_table(model, agate_table) -%}
        {%- if agate_table.rows | length > 0 -%}
            {%- do load_csv_rows(model, agate_table) -%}
        {%- endif -%}
        {%- do run_query(
            'alter table ' ~ this ~ ' ' ~ on_cluster_clause(this) ~ " modify comment '" ~ stamp ~ "'"
        ) -%}
        {%- call noop_statement('main', 'CREATE ' ~ agate_table.rows | length, 'CREATE', agate_table.rows | length) -%}
            select 1
        {%- endcall -%}
    {%- endif -%}

    {{ run_hooks(post_hooks) }}

    {{ return({'relations': [this.incorporate(type='table')]}) }}

{% endmaterialization %}
