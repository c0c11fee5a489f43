{{ config(enabled='otel' in var('sources')) }}

with

records as (

    {{ visible_records('otel', 'otel_records') }}

),

parsed as (

    select
        _run_key,
        {{ json_fields({
            'traceId': 'String',
            'spanId': 'String',
            'parentSpanId': 'String',
            'resource': 'Tuple(attributes Array(Tuple(key String, value String)))',
            'scope': 'Tuple(name String, version String)',
            'item': 'Tuple(
                name String,
                kind String,
                startTimeUnixNano String,
                endTimeUnixNano String,
                attributes Array(Tuple(key String, value String)),
                events Array(Tuple(timeUnixNano String, name String, attributes Array(Tuple(key String, value String)))),
                status Tuple(code String, message String)
            )'
        }) }} as fields,
        {{ plausible_time("fromUnixTimestamp64Nano(toInt64OrNull(fields.item.startTimeUnixNano), 'UTC')") }} as logged_start,
        if(logged_start is null, cast(null as Nullable(Int64)), toInt64OrNull(fields.item.startTimeUnixNano)) as started_ns,
        toInt64OrNull(fields.item.endTimeUnixNano) as ended_ns,
        {{ otlp_attributes('fields.item.attributes') }} as logged_attributes

    from records
    where startsWith(record, '{"kind":"span"')

)

select
    ----------  ids
    _run_key as run_key,
    fields.traceId as trace_id,
    fields.spanId as span_id,
    fields.parentSpanId as parent_span_id,

    ----------  text
    'span' as record_kind,
    fields.item.name as span_name,
    fields.item.kind as span_kind,
    fields.scope.name as scope_name,
    fields.scope.version as scope_version,
    {{ otlp_attributes('fields.resource.attributes') }} as resource_attributes,
    {{ coding_agent_attributes('logged_attributes', 'scope_name') }} as attributes,
    arrayMap(
        event -> cast(
            (
                event.name,
                fromUnixTimestamp64Nano(coalesce(toInt64OrNull(event.timeUnixNano), 0), 'UTC'),
                {{ otlp_attributes('event.attributes') }}
            ),
            'Tuple(name String, happened_at DateTime64(9, \'UTC\'), attributes Map(String, String))'
        ),
        fields.item.events
    ) as events,
    fields.item.status.code as status_code,
    fields.item.status.message as status_message,

    ----------  numerics
    -- Of a span that was exported before it ended, and where clocks disagree, the duration is unknown.
    {{ in_domain('if(ended_ns >= started_ns, (ended_ns - started_ns) / 1e6, null)', 'duration_ms') }} as duration_ms,

    ----------  booleans
    toBool({{ is_gen_ai('mapKeys(attributes)') }}) as is_gen_ai,

    ----------  timestamps
    fromUnixTimestamp64Nano(assumeNotNull(started_ns), 'UTC') as started_at

from parsed
where started_ns is not null
