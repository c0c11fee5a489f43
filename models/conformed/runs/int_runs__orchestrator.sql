{{ config(enabled='orchestrator' in var('sources')) }}

with

runs as (

    select * from {{ ref('stg_orchestrator__runs') }}

)

select
    ----------  ids
    'orchestrator' as source,
    runs.run_id as run_key,
    {{ run_id("'orchestrator'", 'runs.run_id') }} as run_id,
    runs.run_id as source_run_id,
    if(project != '', project, 'orchestrator') as workflow_id,

    ----------  text
    project,
    status,
    mode,
    job_id as caller_id,
    if(job_id != '', 'job', '') as origin,
    user_id,
    task as input_text,

    ----------  numerics
    cast(status = 'failed' as Nullable(UInt64)) as logged_error_count,
    duration_ms as logged_duration_ms,

    ----------  timestamps
    started_at,
    ended_at

from runs
