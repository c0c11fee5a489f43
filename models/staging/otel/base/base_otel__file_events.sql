{{ config(enabled='otel' in var('sources')) }}

{%- set agents = coding_agents().values() -%}
{%- set calls = agents | map(attribute='calls') | sum(start=[]) -%}
{%- set failures = agents | map(attribute='failures') | sum(start=[]) -%}
{%- set tools = agents | map(attribute='tools') | sum(start=[]) %}

with

records as (

    {{ visible_records('otel', 'otel_records') }}

),

parsed as (

    select
        _run_key,
        record,
        {{ json_fields({
            'traceId': 'String',
            'spanId': 'String',
            'resource': 'Tuple(attributes Array(Tuple(key String, value String)))',
            'scope': 'Tuple(name String, version String)',
            'item': 'Tuple(
                timeUnixNano String,
                observedTimeUnixNano String,
                eventName String,
                body Tuple(stringValue String),
                attributes Array(Tuple(key String, value String))
            )'
        }) }} as fields,
        -- What an event is called, which most records are filtered by: all attributes are unfolded of the others alone.
        {{ otlp_attributes(
            "arrayFilter(pair -> pair.key in ('event.name', 'event.kind', 'error.message', 'gen_ai.operation.name'), fields.item.attributes)",
            levels=0
        ) }} as naming_attributes,
        toInt64OrZero(if(
            fields.item.timeUnixNano in ('', '0'), fields.item.observedTimeUnixNano, fields.item.timeUnixNano
        )) as logged_ns,
        multiIf(
            naming_attributes['event.name'] != '', naming_attributes['event.name'],
            fields.item.eventName != '', fields.item.eventName,
            fields.item.body.stringValue
        ) as logged_name,
        -- Claude Code writes its own name in front of the body, not of the attribute.
        if(
            position(logged_name, '.') = 0 and match(fields.scope.name, '{{ coding_agents().claude_code.scope }}'),
            concat('claude_code.', logged_name),
            logged_name
        ) as bare_name,
        if(
            bare_name = 'codex.sse_event' and naming_attributes['error.message'] = '',
            concat(bare_name, ':', naming_attributes['event.kind']),
            bare_name
        ) as event_name

    from records
    where startsWith(record, '{"kind":"log"')

),

named as (

    select
        *,
        {{ otlp_attributes('fields.item.attributes') }} as logged_attributes,
        multiIf(
            event_name in ('{{ calls | join("', '") }}', '{{ failures | join("', '") }}'), 'chat',
            event_name in ('{{ tools | join("', '") }}'), 'execute_tool',
            -- The conventions' own event, of whoever is no coding agent with events of its own.
            event_name = 'gen_ai.client.inference.operation.details', naming_attributes['gen_ai.operation.name'],
            ''
        ) as operation_type,
        startsWith(event_name, 'gen_ai.') as is_of_convention,
        {{ coding_agent_attributes('logged_attributes') }} as agent_attributes,
        {{ parse_number("logged_attributes['duration_ms']") }} as event_duration_ms

    from parsed
    where
        {{ plausible_time("fromUnixTimestamp64Nano(logged_ns, 'UTC')") }} is not null
        and not (is_of_convention and match(fields.scope.name, '{{ agents | map(attribute="scope") | join("|") }}'))

)

select
    ----------  ids
    _run_key as run_key,
    fields.traceId as trace_id,
    -- An event that was exported again comes again: the request says which it is, else its place in the session.
    lower(hex(sipHash64(
        event_name,
        multiIf(
            logged_attributes['request_id'] != '', logged_attributes['request_id'],
            logged_attributes['event.sequence'] != '', logged_attributes['event.sequence'],
            concat(toString(logged_ns), toString(logged_attributes))
        ),
        -- A request that is tried again has its id from the first try.
        logged_attributes['attempt']
    ))) as span_id,
    fields.spanId as parent_span_id,

    ----------  text
    'event' as record_kind,
    event_name as span_name,
    'internal' as span_kind,
    fields.scope.name as scope_name,
    fields.scope.version as scope_version,
    {{ otlp_attributes('fields.resource.attributes') }} as resource_attributes,
    mapUpdate(
        if(is_of_convention, logged_attributes, agent_attributes),
        map('gen_ai.operation.name', operation_type)
    ) as attributes,
    cast([], 'Array(Tuple(name String, happened_at DateTime64(9, \'UTC\'), attributes Map(String, String)))') as events,
    multiIf(
        event_name in ('{{ failures | join("', '") }}') or lower(logged_attributes['success']) = 'false', 'error',
        logged_attributes['error'] || logged_attributes['error.message'] != '', 'error',
        ''
    ) as status_code,
    if(logged_attributes['error'] != '', logged_attributes['error'], logged_attributes['error.message']) as status_message,

    ----------  numerics
    event_duration_ms as duration_ms,

    ----------  booleans
    true as is_gen_ai,

    ----------  timestamps
    -- An event is logged when what it tells of is over.
    fromUnixTimestamp64Nano(
        logged_ns - toInt64(coalesce(event_duration_ms, 0) * 1e6), 'UTC'
    ) as started_at

from named
where operation_type != ''
