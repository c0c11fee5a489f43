{{ config(enabled='orchestrator' in var('sources')) }}

{%- set fields = {
    'job_id': 'String',
    'user_id': 'String',
    'project_dir': 'String',
    'project_name': 'String',
    'mode': 'String',
    'task': 'String',
    'status': 'String',
    'error': 'String',
    'qa_status': 'String',
    'qa': 'String',
    'models': 'String',
    'total_tokens': 'Nullable(String)',
    'total_cost': 'Nullable(String)',
    'duration_seconds': 'Nullable(String)',
    'started_at': 'String',
    'finished_at': 'String'
} -%}

with

records as (

    {{ visible_records('orchestrator', 'orchestrator_runs') }}

),

parsed as (

    select
        _run_key as run_id,
        load_order,
        {{ json_fields(fields) }} as fields,
        {{ parse_timestamp('fields.finished_at') }} as finished_at

    from records
    where _run_key != ''

),

-- A summary is saved while the run goes on and again when it is over: the most advanced one counts.
stated as (

    select
        *,
        (
            coalesce(parsed.finished_at, toDateTime64(0, 3, 'UTC')),
            coalesce({{ parse_number('fields.duration_seconds') }}, 0)
        ) as state,
        max(state) over (partition by run_id) as last_state
    from parsed

),

latest as (

    select
        run_id,
        {{ merged_copies(fields, 'run') }},
        any(stated.finished_at) as finished_at,
        {{ parse_timestamp('`run.started_at`') }} as started_at
    from stated
    where state = last_state
    group by run_id

),

renamed as (

    select
        ----------  ids
        run_id,
        run.job_id as job_id,
        run.user_id as user_id,

        ----------  text
        {{ project_of('run.project_name', 'run.project_dir') }} as project,
        lower(run.mode) as mode,
        run.task as task,
        run.error as error_message,
        lower(multiIf(
            run.qa_status != '', run.qa_status,
            startsWith(run.qa, '{'), JSONExtractString(run.qa, 'status'),
            run.qa
        )) as logged_qa_status,
        multiIf(
            logged_qa_status in ('passed', 'pass', 'ok', 'success'), 'passed',
            logged_qa_status in ('warning', 'warnings', 'warn'), 'warning',
            logged_qa_status in ('failed', 'fail', 'failure'), 'failed',
            logged_qa_status in ('error', 'errored', 'crashed'), 'error',
            logged_qa_status in ('', 'null', 'not_run', 'skipped', 'none', 'disabled'), 'not_run',
            logged_qa_status
        ) as qa_status,
        run.models as models_json,

        ----------  numerics
        {{ parse_count('run.total_tokens') }} as total_tokens,
        {{ parse_money('run.total_cost') }} as total_cost_usd,
        {{ parse_number('run.duration_seconds') }} * 1000 as duration_ms,

        ----------  timestamps
        latest.started_at as started_at,
        coalesce(
            latest.finished_at,
            addMilliseconds(latest.started_at, toInt64(round(duration_ms)))
        ) as logged_finished_at,
        {{ run_status('run.status', 'logged_finished_at') }} as status,
        -- A crashed run has a state but no end: its start counts as its end.
        if({{ is_over('status') }}, coalesce(logged_finished_at, latest.started_at), null) as ended_at

    from latest

)

select
    * except (logged_qa_status, logged_finished_at, started_at),
    assumeNotNull(renamed.started_at) as started_at
from renamed
where renamed.started_at is not null
