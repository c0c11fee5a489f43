with

agents as (

    select * from {{ ref('int_claude_code__agents') }}

)

select
    ----------  ids
    'claude_code' as source,
    session_id as run_key,
    run_id,
    {{ claude_code_run('agents') }} as source_run_id,
    if(agent_id = '', project, concat(project, ':', agent_type)) as workflow_id,
    '' as logged_genus_hash,
    parent_run_id,

    ----------  text
    project,
    'completed' as status,
    '' as mode,
    '' as caller_id,
    'cli' as origin,
    '' as user_id,
    '' as team_id,
    '' as organization_id,
    '' as conversation_id,
    '' as experiment_name,
    '' as variant,
    '' as environment,
    first_prompt_text as input_text,

    ----------  numerics
    cast(null as Nullable(UInt64)) as logged_input_chars,
    toUInt32(agent_id != '') as logged_depth,
    cast(null as Nullable(UInt64)) as logged_step_count,
    cast(null as Nullable(UInt64)) as logged_error_count,
    cast(null as Nullable(Float64)) as logged_duration_ms,

    ----------  timestamps
    started_at,
    cast(ended_at as Nullable(DateTime64(3, 'UTC'))) as ended_at

from agents
