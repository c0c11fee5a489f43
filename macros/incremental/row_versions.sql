{% macro row_versions(source_name, table_names, is_rewritten=false) -%}
    {#-
        The body of `stg_<source>__run_versions`: per run key a number that changes when any of its
        visible records comes or goes, and when the last of them was loaded. A sum does not depend on the order
        of rows.
    -#}
    with

    records as (

        {% for table_name in table_names -%}
            select
                _run_key,
                _loaded_at,
                cityHash64('{{ table_name }}', _load_id, _line_number) as row_hash
            from ({{ visible_records(source_name, table_name, is_rewritten) }})
            {% if not loop.last %}
                union all
            {% endif %}
        {%- endfor %}

    )

    select
        _run_key as run_key,
        sum(row_hash) as row_version,
        max(_loaded_at) as last_loaded_at
    from records
    group by run_key
{%- endmacro %}
