{{ config(enabled='orchestrator' in var('sources')) }}

with

records as (

    {{ visible_records('orchestrator', 'orchestrator_jobs') }}

),

parsed as (

    select
        _run_key as job_id,
        record,
        {{ json_fields({
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
        }) }} as fields,
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
latest as (

    select
        job_id,
        argMax(
            (fields, queued_at, started_at, finished_at, status, updated_at),
            (
                arrayMax(arrayMap(
                    moment -> coalesce(moment, toDateTime64(0, 3, 'UTC')),
                    [queued_at, started_at, finished_at, updated_at]
                )),
                multiIf({{ is_over('status') }}, 2, status = 'running', 1, 0),
                record
            )
        ) as chosen,
        chosen.1 as job
    from parsed
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
        chosen.5 as status,
        if(job.error = 'null', '', job.error) as error_message,

        ----------  timestamps
        chosen.2 as queued_at,
        chosen.3 as started_at,
        if({{ is_over('status') }}, coalesce(chosen.4, chosen.6), null) as ended_at

    from latest

)

select * from renamed
