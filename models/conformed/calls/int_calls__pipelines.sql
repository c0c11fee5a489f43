{{ config(enabled='pipelines' in var('sources')) }}

with

stages as (

    select * from {{ ref('stg_pipelines__stages') }}
    where model != ''

),

executions as (

    select * from {{ ref('stg_pipelines__executions') }}

)

select
    ----------  ids
    'pipelines' as source,
    executions.execution_id as run_key,
    {{ run_id("'pipelines'", joined_id(['stages.execution_id', 'stages.stage_id'])) }} as call_id,
    {{ run_id("'pipelines'", 'executions.execution_id') }} as run_id,
    -- A pipeline's prompts and settings are its version's.
    lower(hex(sipHash64('pipelines', executions.pipeline_id, executions.pipeline_version))) as species_hash,
    executions.user_id as user_id,
    executions.organization_id as organization_id,

    ----------  text
    stages.stage_name as step_name,
    if(stages.stage_type != '', stages.stage_type, 'stage') as call_kind,
    stages.model as model,
    stages.provider as provider,
    if(stages.error_type = '' and stages.is_error, 'error', stages.error_type) as error_type,
    stages.error_message as error_message,

    ----------  numerics
    stages.duration_ms as duration_ms,
    stages.input_tokens as logged_input_tokens,
    stages.cached_tokens as cache_read_tokens,
    stages.output_tokens as output_tokens,
    stages.cost_usd as reported_cost_usd,
    toUInt64(1) as logged_call_count,

    ----------  booleans
    stages.is_error as is_error,
    true as is_billable,

    ----------  timestamps
    stages.started_at as called_at

from stages
inner join executions
    on stages.execution_id = executions.execution_id
