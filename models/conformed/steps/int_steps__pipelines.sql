{{ config(enabled='pipelines' in var('sources')) }}

with

stages as (

    select * from {{ ref('stg_pipelines__stages') }}

),

executions as (

    select * from {{ ref('stg_pipelines__executions') }}

),

failed_stages as (

    select distinct execution_id from stages
    where is_error

)

select
    'pipelines' as source,
    execution_id as run_key,
    {{ run_id("'pipelines'", joined_id(['execution_id', 'stage_id'])) }} as step_id,
    {{ run_id("'pipelines'", 'execution_id') }} as run_id,
    stage_name as step_name,
    if(stage_type != '', stage_type, 'stage') as step_kind,
    status,
    if(stages.error_type = '' and stages.is_error, 'error', stages.error_type) as error_type,
    duration_ms,
    is_error,
    started_at,
    ended_at
from stages

union all

-- An execution that failed outside its stages: why is to be counted with theirs.
select
    'pipelines' as source,
    execution_id as run_key,
    {{ run_id("'pipelines'", joined_id(['execution_id', "'(execution)'"])) }} as step_id,
    {{ run_id("'pipelines'", 'execution_id') }} as run_id,
    '(execution)' as step_name,
    'execution' as step_kind,
    status,
    if(executions.error_type = '', 'error', executions.error_type) as error_type,
    duration_ms,
    true as is_error,
    started_at,
    ended_at
from executions
where
    status = 'failed'
    and execution_id not in (select failed_stages.execution_id from failed_stages)
