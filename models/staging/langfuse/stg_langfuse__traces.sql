{{ config(enabled='langfuse' in var('sources')) }}

{%- set fields = {
    'id': 'String',
    'projectId': 'String',
    'project_id': 'String',
    'timestamp': 'String',
    'name': 'String',
    'userId': 'String',
    'user_id': 'String',
    'sessionId': 'String',
    'session_id': 'String',
    'environment': 'String',
    'release': 'String',
    'version': 'String',
    'tags': 'String',
    'input': 'String',
    'output': 'String',
    'event_ts': 'String',
    'updatedAt': 'String',
    'updated_at': 'String',
    'is_deleted': 'String'
} -%}

with

records as (

    {{ langfuse_records('traces', ['id']) }}

),

-- A downloaded trace lies next to its observations.
traces as (

    select
        run_key,
        load_order,
        if(JSONType(records.record, 'trace') = 'Object', JSONExtractRaw(records.record, 'trace'), records.record) as record
    from records

),

parsed as (

    select
        run_key,
        load_order,
        {{ json_fields(fields) }} as fields

    from traces

),

stated as (

    select
        *,
        {{ langfuse_version('fields') }} as state,
        max(state) over (partition by run_key, fields.id) as last_state
    from parsed

),

latest as (

    select
        run_key,
        fields.id as trace_id,
        {{ merged_copies(fields, 'trace') }}
    from stated
    where
        fields.id != ''
        and state = last_state
    group by run_key, trace_id

),

renamed as (

    select
        ----------  ids
        run_key,
        trace_id,
        {{ either('trace', 'projectId', 'project_id') }} as project_id,
        {{ either('trace', 'userId', 'user_id') }} as user_id,
        {{ either('trace', 'sessionId', 'session_id') }} as session_id,

        ----------  text
        trace.name as trace_name,
        trace.environment as environment,
        trace.release as release,
        trace.version as app_version,
        trace.input as input_text,
        trace.output as output_text,

        ----------  arrays
        arraySort(arrayDistinct(JSONExtract(trace.tags, 'Array(String)'))) as tags,

        ----------  timestamps
        {{ parse_timestamp('trace.timestamp') }} as started_at

    from latest
    where trace.is_deleted not in ('1', 'true')

)

select
    * except (started_at),
    assumeNotNull(renamed.started_at) as started_at
from renamed
where renamed.started_at is not null
