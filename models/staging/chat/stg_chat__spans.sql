{{ config(enabled='chat' in var('sources')) }}

{%- set fields = {
    'trace_id': 'String',
    'span_id': 'String',
    'parent_trace_id': 'String',
    'parent_span_id': 'String',
    'conversation_id': 'String',
    'span_name': 'String',
    'operation_type': 'String',
    'model_name': 'String',
    'duration_ms': 'Nullable(String)',
    'status': 'String',
    'error_type': 'String',
    'metadata': 'String',
    'started_at': 'String',
    'created_at': 'String'
} -%}

with

records as (

    {{ visible_records('chat', 'chat_traces') }}

),

parsed as (

    select
        _run_key as run_key,
        load_order,
        {{ json_fields(fields) }} as fields

    from records
    where _run_key != ''

),

-- A span is captured when it starts and again when it ends: only then it has a duration.
latest as (

    select
        run_key,
        fields.trace_id as trace_id,
        fields.span_id as logged_span_id,
        fields.span_name as span_name,
        {{ merged_copies(fields, 'span') }}
    from parsed
    where fields.trace_id != ''
    group by
        run_key,
        trace_id,
        logged_span_id,
        span_name

),

-- By the document a trace id names one operation; a logger that gives several the same is not
-- allowed to make them one.
counted as (

    select
        *,
        count() over (partition by run_key, trace_id, logged_span_id) as namesake_count
    from latest

),

renamed as (

    select
        ----------  ids
        run_key,
        concat(
            {{ id_part("if(logged_span_id != '', logged_span_id, trace_id)") }},
            if(namesake_count > 1, concat('/', span_name), '')
        ) as span_id,
        trace_id,
        {{ id_part("if(span.parent_span_id != '', span.parent_span_id, span.parent_trace_id)") }} as parent_span_id,
        span.conversation_id as conversation_id,

        ----------  text
        span_name,
        span.operation_type as operation_type,
        span.model_name as model,
        span.error_type as error_type,
        span.metadata as metadata_json,

        ----------  numerics
        {{ parse_number('span.duration_ms') }} as duration_ms,

        ----------  booleans
        toBool(
            span.error_type != '' or lower(span.status) in ('error', 'failed', 'failure')
        ) as is_error,

        ----------  timestamps
        coalesce(
            {{ parse_timestamp('span.started_at') }},
            {{ parse_timestamp('span.created_at') }}
        ) as started_at

    from counted

)

select
    * except (started_at),
    assumeNotNull(renamed.started_at) as started_at
from renamed
where renamed.started_at is not null
