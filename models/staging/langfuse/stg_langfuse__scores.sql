{{ config(enabled='langfuse' in var('sources')) }}

{%- set fields = {
    'id': 'String',
    'traceId': 'String',
    'trace_id': 'String',
    'observationId': 'String',
    'observation_id': 'String',
    'sessionId': 'String',
    'session_id': 'String',
    'datasetRunId': 'String',
    'dataset_run_id': 'String',
    'timestamp': 'String',
    'createdAt': 'String',
    'created_at': 'String',
    'name': 'String',
    'value': 'String',
    'stringValue': 'String',
    'string_value': 'String',
    'dataType': 'String',
    'data_type': 'String',
    'source': 'String',
    'comment': 'String',
    'authorUserId': 'String',
    'author_user_id': 'String',
    'event_ts': 'String',
    'updatedAt': 'String',
    'updated_at': 'String',
    'is_deleted': 'String'
} -%}

with

traces as (

    {{ langfuse_records('traces', ['id']) }}

),

own_records as (

    {{ langfuse_records('scores', ['trace_id', 'session_id', 'dataset_run_id', 'id']) }}

),

-- A trace may be exported with its scores inside; lists of traces have their ids alone there.
records as (

    select
        run_key,
        load_order,
        record
    from own_records

    union all

    select
        traces.run_key as run_key,
        traces.load_order as load_order,
        score as record
    from traces
    array join arrayConcat(
        JSONExtractArrayRaw(traces.record, 'scores'),
        JSONExtractArrayRaw(traces.record, 'trace', 'scores')
    ) as score

),

parsed as (

    select
        run_key,
        load_order,
        {{ json_fields(fields) }} as fields

    from records

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
        fields.id as score_id,
        {{ merged_copies(fields, 'score') }}
    from stated
    where
        fields.id != ''
        and state = last_state
    group by run_key, score_id

),

renamed as (

    select
        ----------  ids
        run_key,
        score_id,
        {{ either('score', 'traceId', 'trace_id') }} as trace_id,
        {{ either('score', 'observationId', 'observation_id') }} as observation_id,
        {{ either('score', 'sessionId', 'session_id') }} as session_id,
        {{ either('score', 'datasetRunId', 'dataset_run_id') }} as dataset_run_id,
        {{ either('score', 'authorUserId', 'author_user_id') }} as author_user_id,

        ----------  text
        score.name as score_name,
        -- Before there were types every score was a number.
        upper(if({{ either('score', 'dataType', 'data_type') }} = '', 'NUMERIC', {{ either('score', 'dataType', 'data_type') }})) as data_type,
        upper(score.source) as score_source,
        {{ either('score', 'stringValue', 'string_value') }} as string_value,
        score.comment as comment_text,

        ----------  numerics
        toFloat64OrNull(score.value) as value,

        ----------  timestamps
        coalesce(
            {{ parse_timestamp('score.timestamp') }},
            {{ parse_timestamp(either('score', 'createdAt', 'created_at')) }}
        ) as scored_at

    from latest
    where score.is_deleted not in ('1', 'true')

)

select
    * except (scored_at),
    assumeNotNull(renamed.scored_at) as scored_at
from renamed
where renamed.scored_at is not null
