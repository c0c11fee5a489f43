{{ config(enabled='otel' in var('sources')) }}

with

records as (

    {{ visible_records('otel', 'otel_spans') }}

),

parsed as (

    select
        _run_key,
        {{ json_fields({
            'spanId': 'String',
            'parentSpanId': 'String',
            'resource': 'Tuple(attributes Array(Tuple(key String, value String)))',
            'scope': 'Tuple(name String)',
            'span': 'Tuple(
                name String,
                kind String,
                startTimeUnixNano String,
                endTimeUnixNano String,
                attributes Array(Tuple(key String, value String)),
                events Array(Tuple(timeUnixNano String, name String, attributes Array(Tuple(key String, value String)))),
                status Tuple(code String, message String)
            )'
        }) }} as fields,
        toInt64OrNull(fields.span.startTimeUnixNano) as started_ns,
        toInt64OrNull(fields.span.endTimeUnixNano) as ended_ns

    from records

)

select
    ----------  ids
    _run_key as trace_id,
    fields.spanId as span_id,
    fields.parentSpanId as parent_span_id,

    ----------  text
    fields.span.name as span_name,
    fields.span.kind as span_kind,
    fields.scope.name as scope_name,
    {{ otlp_attributes('fields.resource.attributes') }} as resource_attributes,
    {{ otlp_attributes('fields.span.attributes') }} as attributes,
    arrayMap(
        event -> cast(
            (
                event.name,
                fromUnixTimestamp64Nano(coalesce(toInt64OrNull(event.timeUnixNano), 0), 'UTC'),
                {{ otlp_attributes('event.attributes') }}
            ),
            'Tuple(name String, happened_at DateTime64(9, \'UTC\'), attributes Map(String, String))'
        ),
        fields.span.events
    ) as events,
    fields.span.status.code as status_code,
    fields.span.status.message as status_message,

    ----------  numerics
    -- Of a span that was exported before it ended, and where clocks disagree, the duration is unknown.
    if(ended_ns >= started_ns, (ended_ns - started_ns) / 1e6, null) as duration_ms,

    ----------  booleans
    toBool({{ is_gen_ai('mapKeys(attributes)') }}) as is_gen_ai,

    ----------  timestamps
    fromUnixTimestamp64Nano(assumeNotNull(started_ns), 'UTC') as started_at

from parsed
where started_ns is not null
