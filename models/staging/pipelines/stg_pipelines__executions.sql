{{ config(enabled='pipelines' in var('sources')) }}

{%- set fields = {
    'pipeline_id': 'String',
    'pipeline_version': 'String',
    'org_id': 'String',
    'user_id': 'String',
    'trigger': 'String',
    'environment': 'String',
    'status': 'String',
    'error_type': 'String',
    'error_message': 'String',
    'input': 'String',
    'stages': 'String',
    'duration_ms': 'Nullable(String)',
    'started_at': 'String',
    'completed_at': 'String'
} -%}

with

records as (

    {{ visible_records('pipelines', 'pipeline_executions') }}

),

parsed as (

    select
        _run_key as execution_id,
        load_order,
        {{ json_fields(fields) }} as fields,
        {{ parse_timestamp('fields.completed_at') }} as completed_at

    from records
    where _run_key != ''

),

-- An execution is saved while it goes on and again when it is over; the most advanced state counts.
stated as (

    select
        *,
        (
            parsed.completed_at is not null,
            coalesce(parsed.completed_at, toDateTime64(0, 3, 'UTC')),
            {{ is_over(run_status('fields.status', 'parsed.completed_at')) }},
            length({{ json_members('fields.stages') }})
        ) as state,
        max(state) over (partition by execution_id) as last_state
    from parsed

),

latest as (

    select
        execution_id,
        {{ merged_copies(fields, 'execution') }},
        any(stated.completed_at) as completed_at,
        {{ parse_timestamp('`execution.started_at`') }} as started_at
    from stated
    where state = last_state
    group by execution_id

),

renamed as (

    select
        ----------  ids
        execution_id,
        execution.pipeline_id as pipeline_id,
        execution.pipeline_version as pipeline_version,
        -- Executions that name no organization belong to the default one (R079).
        if(execution.org_id != '', execution.org_id, 'default') as organization_id,
        execution.user_id as user_id,

        ----------  text
        execution.trigger as trigger,
        execution.environment as environment,
        execution.error_type as error_type,
        execution.error_message as error_message,
        execution.input as input_text,
        execution.stages as stages_json,

        ----------  numerics
        {{ parse_number('execution.duration_ms') }} as duration_ms,

        ----------  timestamps
        latest.started_at as started_at,
        coalesce(
            latest.completed_at,
            addMilliseconds(latest.started_at, toInt64(round(duration_ms)))
        ) as logged_completed_at,
        {{ run_status('execution.status', 'logged_completed_at') }} as status,
        -- A crashed execution has a state but no end: its start counts as its end.
        if({{ is_over('status') }}, coalesce(logged_completed_at, latest.started_at), null) as ended_at

    from latest

)

select
    * except (started_at, logged_completed_at),
    assumeNotNull(renamed.started_at) as started_at
from renamed
where
    renamed.started_at is not null
    and pipeline_id != ''
