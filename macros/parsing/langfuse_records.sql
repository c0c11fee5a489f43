{% macro langfuse_records(entity, keys) -%}
    {#-
        Records of an entity from exports and, where the var `langfuse_database` names a database, from
        Langfuse's own tables: each row as JSON, so that one reading fits both and every version of the
        schema. Rows that a ReplacingMergeTree has yet to merge come all; the staging model takes the last.
    -#}
    select
        record,
        _run_key as run_key,
        cityHash64('{{ entity }}', _load_id, _line_number) as row_hash,
        _loaded_at,
        load_order
    from ({{ visible_records('langfuse', 'langfuse_' ~ entity) }})
    {% if var('langfuse_database') and var('langfuse_tables')[entity] %}
    union all

    select
        in_place.record as record,
        coalesce(
            {% for key in keys -%}
                nullIf(JSONExtractString(in_place.record, '{{ key }}'), ''),
            {% endfor -%}
            ''
        ) as run_key,
        cityHash64('{{ entity }}', in_place.record) as row_hash,
        cast(null as Nullable(DateTime64(3, 'UTC'))) as _loaded_at,
        -- What is read in place is as new as can be.
        bitNot(toUInt128(0)) as load_order
    from (
        select formatRowNoNewline('JSONEachRow', columns('.*')) as record
        from `{{ var('langfuse_database') }}`.`{{ var('langfuse_tables')[entity] }}`
    ) as in_place
    {% endif %}
{%- endmacro %}
