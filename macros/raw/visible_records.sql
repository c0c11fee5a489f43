{% macro visible_records(source_name, table_name) -%}
    {#- An interrupted load leaves rows behind, a removed file keeps them: the ledger decides. -#}
    select
        record,
        _run_key,
        _line_number,
        _load_id,
        _source_file
    from {{ source(source_name, table_name) }}
    where _load_id in (
        select load_id
        from {{ source('tokenhouse', 'loads') }}
        group by load_id
        having argMax(status, recorded_at) = 'loaded'
    )
{%- endmacro %}
