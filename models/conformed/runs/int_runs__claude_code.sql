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
    parent_run_id,

    ----------  text
    project,
    'completed' as status,
    'cli' as origin,
    first_prompt_text as input_text,

    ----------  numerics
    toUInt32(depth) as logged_depth,

    ----------  timestamps
    started_at,
    cast(ended_at as Nullable(DateTime64(3, 'UTC'))) as ended_at

from agents
