with

messages as (

    select * from {{ ref('base_claude_code__messages') }}

),

prompted as (

    select
        *,
        if(
            content_type = 'String',
            JSONExtractString(message, 'content'),
            JSONExtractString(message, 'content', 1, 'text')
        ) as prompt_text

    from messages

),

-- The main agent's messages and each sub-agent's are runs of their own. A branch begins with its own messages,
-- if it has any.
runs as (

    select
        ----------  ids
        session_id,
        agent_id,
        max(parent_tool_use_id) as parent_tool_use_id,
        max(parent_agent_id) as parent_agent_id,

        ----------  text
        argMin(working_directory, (not is_own, logged_at, uuid)) as working_directory,
        argMin(git_branch, (not is_own, logged_at, uuid)) as git_branch,
        argMax(client_version, (logged_at, uuid)) as client_version,
        argMinIf(prompt_text, (not is_own, logged_at, uuid), is_prompt) as first_prompt_text,

        ----------  numerics
        uniqExactIf(uuid, is_prompt and is_own) as prompt_count,

        ----------  timestamps
        if(countIf(is_own) = 0, min(logged_at), minIf(logged_at, is_own)) as started_at,
        max(logged_at) as ended_at

    from prompted
    group by
        session_id,
        agent_id

)

select * from runs
