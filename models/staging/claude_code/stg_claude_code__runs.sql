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
        ) as prompt_text,
        -- A branch begins with its own messages, if it has any; what was printed has no times of its own.
        (is_printed, not is_own, logged_at, uuid) as place

    from messages

),

-- The main agent's messages and each sub-agent's are runs of their own.
runs as (

    select
        ----------  ids
        session_id,
        agent_id,
        max(parent_tool_use_id) as parent_tool_use_id,
        max(parent_agent_id) as parent_agent_id,

        ----------  text
        argMinIf(working_directory, place, working_directory != '') as working_directory,
        argMin(git_branch, place) as git_branch,
        argMax(client_version, (logged_at, uuid)) as client_version,
        argMinIf(prompt_text, place, is_prompt) as first_prompt_text,

        ----------  numerics
        uniqExactIf(uuid, is_prompt and is_own) as prompt_count,

        ----------  booleans
        min(prompted.is_printed) as is_printed,

        ----------  timestamps
        argMin(logged_at, place) as started_at,
        argMax(logged_at, (not prompted.is_printed, logged_at)) as ended_at

    from prompted
    group by
        session_id,
        agent_id

)

select * from runs
