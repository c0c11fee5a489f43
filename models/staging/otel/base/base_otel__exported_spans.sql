{{ config(enabled='otel' in var('sources') and var('otel_traces_table') != '') }}

{#- The exporter writes attributes as Map or, if asked to, as JSON. -#}
{%- set is_json = column_type(source('otel_exporter', 'otel_traces'), 'SpanAttributes').startswith('JSON') -%}

with

spans as (

    select
        *,
        `Events.Timestamp` as event_times,
        `Events.Name` as event_names,
        `Events.Attributes` as event_attributes
    from {{ source('otel_exporter', 'otel_traces') }}

)

select
    ----------  ids
    -- Of a coding agent the session is the run, as the loader has it for files (orchestration/loading/otlp.py).
    if(match(scope_name, '^com\\.anthropic\\.claude_code') and attributes['session.id'] != '', attributes['session.id'], trace_id) as run_key,
    lower(TraceId) as trace_id,
    lower(SpanId) as span_id,
    lower(ParentSpanId) as parent_span_id,

    ----------  text
    'span' as record_kind,
    toString(SpanName) as span_name,
    toString(SpanKind) as span_kind,
    ScopeName as scope_name,
    ScopeVersion as scope_version,
    {%- if is_json %}
        {{ json_as_attributes('toJSONString(ResourceAttributes)') }} as resource_attributes,
        {{ json_as_attributes('toJSONString(SpanAttributes)') }} as logged_attributes,
    {%- else %}
        cast(ResourceAttributes, 'Map(String, String)') as resource_attributes,
        cast(SpanAttributes, 'Map(String, String)') as logged_attributes,
    {%- endif %}
    {{ coding_agent_attributes('logged_attributes', 'scope_name') }} as attributes,
    arrayMap(
        (event_time, event_name, event_attribute) -> cast(
            (
                event_name,
                event_time,
                {%- if is_json %}
                    {{ json_as_attributes('toJSONString(event_attribute)') }}
                {%- else %}
                    cast(event_attribute, 'Map(String, String)')
                {%- endif %}
            ),
            'Tuple(name String, happened_at DateTime64(9, \'UTC\'), attributes Map(String, String))'
        ),
        event_times,
        event_names,
        event_attributes
    ) as events,
    toString(StatusCode) as status_code,
    StatusMessage as status_message,

    ----------  numerics
    cast({{ in_domain('Duration / 1e6', 'duration_ms') }} as Nullable(Float64)) as duration_ms,

    ----------  booleans
    toBool({{ is_gen_ai('mapKeys(attributes)') }}) as is_gen_ai,

    ----------  timestamps
    toDateTime64(Timestamp, 9, 'UTC') as started_at

from spans
where
    TraceId != ''
    and SpanId != ''
