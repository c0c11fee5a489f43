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
    '' as logged_genus_hash,
    cast(null as Nullable(String)) as parent_run_id,

    ----------  text
    project,
    status,
    mode,
    job_id as caller_id,
    if(job_id != '', 'job', '') as origin,
    user_id,
    '' as team_id,
    '' as organization_id,
    '' as conversation_id,
    '' as experiment_name,
    '' as variant,
    '' as environment,
    task as input_text,

    ----------  numerics
    cast(null as Nullable(UInt64)) as logged_input_chars,
    toUInt32(0) as logged_depth,
    cast(null as Nullable(UInt64)) as logged_step_count,
    cast(status = 'failed' as Nullable(UInt64)) as logged_error_count,
    duration_ms as logged_duration_ms,

    ----------  timestamps
    started_at,
    ended_at

from runs
