{{ config(enabled='otel' in var('sources')) }}

with

spans as (

    select
        *,
        addNanoseconds(started_at, toInt64(coalesce(duration_ms, 0) * 1e6)) as ended_at,
        (started_at, span_id) as place
    from {{ ref('stg_otel__operations') }}

),

traces as (

    select
        run_key,

        ----------  text: what the outermost or earliest span says that says anything
        argMinIf(span_name, (parent_span_id != '', place), record_kind = 'span') as root_span_name,
        argMin(service_name, (parent_span_id != '', service_name = '', place)) as service_name,
        argMinIf(workflow_name, place, workflow_name != '') as workflow_name,
        argMinIf(agent_name, place, agent_name != '') as agent_name,
        argMin(project, (parent_span_id != '', project = '', place)) as project,
        argMin(environment, (environment = '', parent_span_id != '', place)) as environment,
        argMinIf(user_id, place, user_id != '') as user_id,
        argMinIf(conversation_id, place, conversation_id != '') as conversation_id,
        argMinIf(input_text, place, input_text != '') as input_text,

        ----------  numerics
        countIf(span_role = 'step') as step_count,
        -- An error makes the spans around it fail too: it counts where it arose.
        groupUniqArrayIf(parent_span_id, is_error) as parents_of_errors,
        groupArrayIf(span_id, is_error) as failed_span_ids,

        ----------  booleans
        -- What a coding agent tells of its session in events has no root that could be missing.
        toBool(countIf(parent_span_id = '' or record_kind != 'span') > 0) as has_root,
        toBool(countIf(parent_span_id = '' and is_error and record_kind = 'span') > 0) as is_failed,

        ----------  timestamps
        min(spans.started_at) as started_at,
        max(spans.ended_at) as ended_at

    from spans
    group by run_key

)

select
    ----------  ids
    'otel' as source,
    run_key,
    {{ run_id("'otel'", 'run_key') }} as run_id,
    run_key as source_run_id,
    multiIf(
        workflow_name != '', workflow_name,
        agent_name != '', agent_name,
        root_span_name != '', root_span_name,
        service_name != '', service_name,
        'unnamed'
    ) as workflow_id,

    ----------  text
    project,
    -- The first span of a trace is exported last: without it the trace may be cut off, or go on elsewhere.
    multiIf(is_failed, 'failed', has_root, 'completed', 'unknown') as status,
    user_id,
    if(conversation_id = '', '', {{ run_id("'otel'", 'conversation_id') }}) as conversation_id,
    environment,
    input_text,

    ----------  numerics
    cast(step_count as Nullable(UInt64)) as logged_step_count,
    cast(arrayCount(id -> not has(parents_of_errors, id), failed_span_ids) as Nullable(UInt64)) as logged_error_count,
    cast(dateDiff('nanosecond', traces.started_at, traces.ended_at) / 1e6 as Nullable(Float64)) as logged_duration_ms,

    ----------  timestamps
    toDateTime64(traces.started_at, 3, 'UTC') as started_at,
    cast(toDateTime64(traces.ended_at, 3, 'UTC') as Nullable(DateTime64(3, 'UTC'))) as ended_at

from traces
