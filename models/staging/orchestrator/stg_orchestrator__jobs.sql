{{ config(enabled='orchestrator' in var('sources')) }}

{%- set fields = {
    'run_id': 'String',
    'project_dir': 'String',
    'project_name': 'String',
    'mode': 'String',
    'status': 'String',
    'error': 'String',
    'created_at': 'String',
    'queued_at': 'String',
    'started_at': 'String',
    'finished_at': 'String',
    'updated_at': 'String'
} -%}

with

records as (

    {{ visible_records('orchestrator', 'orchestrator_jobs') }}

),

parsed as (

    select
        _run_key as job_id,
        load_order,
        {{ json_fields(fields) }} as fields,
        coalesce({{ parse_timestamp('fields.queued_at') }}, {{ parse_timestamp('fields.created_at') }}) as queued_at,
        {{ parse_timestamp('fields.started_at') }} as started_at,
        {{ parse_timestamp('fields.finished_at') }} as finished_at,
        {{ parse_timestamp('fields.updated_at') }} as updated_at,
        {{ run_status('fields.status', 'finished_at') }} as status

    from records
    where _run_key != ''

),

-- The file is saved again with every change, and copies of it are loaded in any order. What a job
-- says of itself decides which is the last: its latest time, then how far it has come.
stated as (

    select
        *,
        (
            arrayMax(arrayMap(
                moment -> coalesce(moment, toDateTime64(0, 3, 'UTC')),
                [queued_at, started_at, finished_at, updated_at]
            )),
            multiIf({{ is_over('status') }}, 2, status = 'running', 1, 0)
        ) as state,
        max(state) over (partition by job_id) as last_state
    from parsed

),

latest as (

    select
        job_id,
        {{ merged_copies(fields, 'job') }}
    from stated
    where state = last_state
    group by job_id

),

renamed as (

    select
        ----------  ids
        job_id,
        job.run_id as run_id,

        ----------  text
        {{ project_of('job.project_name', 'job.project_dir') }} as project,
        lower(job.mode) as mode,
        if(job.error = 'null', '', job.error) as error_message,

        ----------  timestamps
        coalesce({{ parse_timestamp('job.queued_at') }}, {{ parse_timestamp('job.created_at') }}) as queued_at,
        {{ parse_timestamp('job.started_at') }} as started_at,
        {{ parse_timestamp('job.finished_at') }} as finished_at,
        {{ run_status('job.status', 'finished_at') }} as status,
        if({{ is_over('status') }}, coalesce(finished_at, {{ parse_timestamp('job.updated_at') }}), null) as ended_at

    from latest

)

select * except (finished_at)
from renamed
