{% macro langfuse_version(fields) -%}
    {#- What a row is the last version by: Langfuse's own event time, in exports the time of the last update. -#}
    coalesce(
        {{ parse_timestamp(fields ~ '.event_ts') }},
        {{ parse_timestamp(fields ~ '.updatedAt') }},
        {{ parse_timestamp(fields ~ '.updated_at') }},
        toDateTime64(0, 3, 'UTC')
    )
{%- endmacro %}
