{% macro litellm_records() -%}
    {#-
        LiteLLM's requests from dumps and, where the var `litellm_postgres_table` names one, from the proxy's
        own table: each row as the JSON that a dump would hold, so that one reading fits both, and a schema
        without the newer columns too. Its run key is the one that the loader gives to dumps
        (orchestration/loading/sources.py).
    -#}
    select
        record,
        _run_key as run_key,
        cityHash64(_load_id, _line_number) as row_hash,
        _loaded_at,
        load_order
    from ({{ visible_records('litellm', 'litellm_spend_logs') }})
    {% if var('litellm_postgres_table') %}
    union all

    select
        in_place.record as record,
        coalesce(
            nullIf(JSONExtractString(in_place.record, 'session_id'), ''),
            nullIf(JSONExtractString(JSONExtractString(in_place.record, 'metadata'), 'trace_id'), ''),
            nullIf(
                JSONExtractString(JSONExtractString(in_place.record, 'metadata'), 'spend_logs_metadata', 'trace_id'),
                ''
            ),
            JSONExtractString(in_place.record, 'request_id')
        ) as run_key,
        cityHash64(in_place.record) as row_hash,
        cast(null as Nullable(DateTime64(3, 'UTC'))) as _loaded_at,
        -- What is read in place is as new as can be.
        bitNot(toUInt128(0)) as load_order
    from (
        select formatRowNoNewline('JSONEachRow', columns('.*')) as record
        from {{ var('litellm_postgres_table') }}
    ) as in_place
    {% endif %}
{%- endmacro %}
