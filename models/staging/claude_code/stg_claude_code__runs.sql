with

messages as (

    select * from {{ ref('base_claude_code__messages') }}

),

prompted as (

    select
        *,
        JSONType(message, 'content') as content_type,
        -- The person's own words: a plain text, or text blocks; tool results come as user lines too.
        line_type = 'user' and not is_meta
        and (
            content_type = 'String'
            or JSONExtractString(message, 'content', 1, 'type') = 'text'
        ) as is_prompt,
        if(
            content_type = 'String',
            JSONExtractString(message, 'content'),
            JSONExtractString(message, 'content', 1, 'text')
        ) as prompt_text

    from messages

),

-- The main agent's messages and each sub-agent's are runs of their own.
runs as (

    select
        ----------  ids
        session_id,
        agent_id,
        max(parent_tool_use_id) as parent_tool_use_id,

        ----------  text
        argMin(working_directory, (logged_at, uuid)) as working_directory,
        argMin(git_branch, (logged_at, uuid)) as git_branch,
        argMax(client_version, (logged_at, uuid)) as client_version,
        argMinIf(prompt_text, (logged_at, uuid), is_prompt) as first_prompt_text,

        ----------  numerics
        uniqExactIf(uuid, is_prompt) as prompt_count,

        ----------  timestamps
        min(logged_at) as started_at,
        max(logged_at) as ended_at

    from prompted
    group by
        session_id,
        agent_id

)

select * from runs
