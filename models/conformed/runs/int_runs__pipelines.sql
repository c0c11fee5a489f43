{{ config(enabled='pipelines' in var('sources')) }}

with

executions as (

    select * from {{ ref('stg_pipelines__executions') }}

),

stages as (

    select * from {{ ref('stg_pipelines__stages') }}

),

staged as (

    select
        execution_id,
        uniqExact(stage_name) as stage_count,
        countIf(is_error) as failed_stage_count
    from stages
    group by execution_id

)

select
    ----------  ids
    'pipelines' as source,
    executions.execution_id as run_key,
    {{ run_id("'pipelines'", 'executions.execution_id') }} as run_id,
    executions.execution_id as source_run_id,
    executions.pipeline_id as workflow_id,

    ----------  text
    executions.status as status,
    executions.trigger as origin,
    executions.user_id as user_id,
    executions.organization_id as organization_id,
    executions.environment as environment,
    executions.input_text as input_text,

    ----------  numerics
    cast(staged.stage_count as Nullable(UInt64)) as logged_step_count,
    -- An execution can fail before any stage does.
    cast(
        greatest(staged.failed_stage_count, toUInt64(executions.status = 'failed')) as Nullable(UInt64)
    ) as logged_error_count,
    executions.duration_ms as logged_duration_ms,

    ----------  timestamps
    executions.started_at as started_at,
    executions.ended_at as ended_at

from executions
left join staged
    on executions.execution_id = staged.execution_id
