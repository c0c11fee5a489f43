{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook='{{ forget_changed_runs() }}',
    order_by='(session_id, agent_id)',
) }}

with

changed_sessions as (

    {{ changed_sessions('claude_code') }}

),

runs as (

    select * from {{ ref('stg_claude_code__runs') }}
    where session_id in (select changed_sessions.session_id from changed_sessions)

),

-- Records are parsed once for each place that reads them, unless it is said that they are kept.
tool_calls as materialized (

    select * from {{ ref('stg_claude_code__tool_calls') }}
    where session_id in (select changed_sessions.session_id from changed_sessions)

),

described_agents as (

    select * from {{ ref('stg_claude_code__agents') }}
    where session_id in (select changed_sessions.session_id from changed_sessions)

),

started_agents as (

    select
        session_id,
        started_agent_id as agent_id,
        argMin(tool_use_id, (called_at, tool_use_id)) as tool_use_id

    from tool_calls
    where started_agent_id != ''
    group by
        session_id,
        agent_id

),

started_runs as (

    select
        runs.session_id as session_id,
        runs.agent_id as agent_id,
        runs.* except (session_id, agent_id, parent_tool_use_id),
        described_agents.agent_type as described_type,
        multiIf(
            runs.parent_tool_use_id != '', runs.parent_tool_use_id,
            started_agents.tool_use_id != '', started_agents.tool_use_id,
            described_agents.tool_use_id
        ) as tool_use_id

    from runs
    left join started_agents
        on
            runs.session_id = started_agents.session_id
            and runs.agent_id = started_agents.agent_id
    left join described_agents
        on
            runs.session_id = described_agents.session_id
            and runs.agent_id = described_agents.agent_id

),

-- The type of an agent is in a file next to its transcript, or in the tool call that started it.
agents as materialized (

    select
        started_runs.session_id as session_id,
        started_runs.agent_id as agent_id,
        started_runs.* except (session_id, agent_id),
        multiIf(
            started_runs.agent_id = '', 'main',
            started_runs.described_type != '', started_runs.described_type,
            tool_calls.started_agent_type != '', tool_calls.started_agent_type,
            tool_calls.subagent_type != '', tool_calls.subagent_type,
            {{ is_repeating_agent('started_runs.agent_id') }}, extract(started_runs.agent_id, '^[a-z_]+'),
            'sub-agent'
        ) as agent_type,
        if(tool_calls.agent_id != '', tool_calls.agent_id, started_runs.parent_agent_id) as starter_id

    from started_runs
    left join tool_calls
        on
            started_runs.session_id = tool_calls.session_id
            and started_runs.tool_use_id = tool_calls.tool_use_id

),

projects as (

    select
        session_id,
        -- A session can wander through folders; the one it was started in is its project.
        argMin(working_directory, (agent_id != '', started_at)) as session_directory,
        min(agents.is_printed) as is_printed
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
    if(
        agents.agent_id = '',
        null,
        {{ run_id("'claude_code'", "concat(" ~ id_part('agents.session_id') ~ ", if(agents.starter_id = '', '', '/'), agents.starter_id)") }}
    ) as parent_run_id,
    if(agents.agent_id = '', 0, 1 + (agents.starter_id != '')) as depth,
    arrayElement(splitByChar('/', replaceAll(projects.session_directory, '\\', '/')), -1) as project,
    agents.first_prompt_text as first_prompt_text,
    agents.is_printed as is_printed,
    agents.started_at as started_at,
    agents.ended_at as ended_at
from agents
inner join projects
    on agents.session_id = projects.session_id
inner join changed_sessions
    on agents.session_id = changed_sessions.session_id
-- What was printed of a session that has a transcript, the transcript has.
where agents.is_printed <= projects.is_printed
