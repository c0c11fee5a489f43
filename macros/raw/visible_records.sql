{% macro visible_records(source_name, table_name, is_rewritten=false) -%}
    {#-
        An interrupted load leaves rows behind, a removed file keeps them: the ledger decides. Where a client
        rewrites its files, only the last load of each file shows.
    -#}
    select
        record,
        _run_key,
        _line_number,
        _load_id,
        _source_file,
        _loaded_at,
        -- Of unequal copies, those of a later load count; two loaders of one server may count alike.
        bitShiftLeft(toUInt128(_load_number), 64)
        + bitShiftLeft(_line_number, 16) + bitAnd(cityHash64(_load_id), 65535) as load_order
    from {{ source(source_name, table_name) }}
    where _load_id in (
        {%- if is_rewritten %}
        select argMax(visible_loads.load_id, (visible_loads.load_number, visible_loads.load_id))
        from (
        {%- endif %}
        select
            load_id
            {%- if is_rewritten %},
            any(source_file) as source_file,
            max(load_number) as load_number
            {%- endif %}
        from {{ source('tokenhouse', 'loads') }}
        group by load_id
        having argMax(status, (change_number, recorded_at)) = 'loaded'
        {%- if is_rewritten %}
        ) as visible_loads
        group by visible_loads.source_file
        {%- endif %}
    )
{%- endmacro %}
