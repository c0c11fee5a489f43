{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook='{{ forget_changed_runs() }}',
    order_by='(session_id, agent_id)',
) }}

with

changed_runs as (

    {{ changed_run_versions() }}

),

changed_sessions as (

    select
        run_key as session_id,
        run_version
    from changed_runs
    where source = 'claude_code'

),

runs as (

    select * from {{ ref('stg_claude_code__runs') }}
    where session_id in (select changed_sessions.session_id from changed_sessions)

),

tool_calls as (

    select * from {{ ref('stg_claude_code__tool_calls') }}
    where session_id in (select changed_sessions.session_id from changed_sessions)

),

-- Which kind of agent it is stands in the tool call that started it.
agents as (

    select
        runs.session_id as session_id,
        runs.agent_id as agent_id,
        runs.working_directory as working_directory,
        runs.git_branch as git_branch,
        runs.client_version as client_version,
        runs.first_prompt_text as first_prompt_text,
        runs.prompt_count as prompt_count,
        runs.started_at as started_at,
        runs.ended_at as ended_at,
        multiIf(
            runs.agent_id = '', 'main',
            tool_calls.subagent_type != '', tool_calls.subagent_type,
            'sub-agent'
        ) as agent_type

    from runs
    left join tool_calls
        on
            runs.session_id = tool_calls.session_id
            and runs.parent_tool_use_id = tool_calls.tool_use_id

),

projects as (

    select
        session_id,
        -- A session can wander through folders; the one it was started in is its project.
        argMin(working_directory, (agent_id != '', started_at)) as session_directory
    from agents
    group by session_id

)

select
    'claude_code' as source,
    agents.session_id as run_key,
    changed_sessions.run_version as run_version,
    agents.session_id as session_id,
    agents.agent_id as agent_id,
    agents.agent_type as agent_type,
    {{ run_id("'claude_code'", claude_code_run('agents')) }} as run_id,
    if(agents.agent_id = '', null, {{ run_id("'claude_code'", 'agents.session_id') }}) as parent_run_id,
    arrayElement(splitByChar('/', replaceAll(projects.session_directory, '\\', '/')), -1) as project,
    agents.git_branch as git_branch,
    agents.client_version as client_version,
    agents.first_prompt_text as first_prompt_text,
    agents.prompt_count as prompt_count,
    agents.started_at as started_at,
    agents.ended_at as ended_at
from agents
inner join projects
    on agents.session_id = projects.session_id
inner join changed_sessions
    on agents.session_id = changed_sessions.session_id
