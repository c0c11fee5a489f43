with

messages as (

    select * from {{ ref('base_claude_code__messages') }}
    where is_own

),

blocks as (

    select
        session_id,
        agent_id,
        result_agent_id,
        result_agent_type,
        logged_at,
        block

    from messages
    -- A clause, not the function: through it, what is asked of a session reads that session alone.
    array join
        JSONExtract(
            message,
            'content',
            'Array(Tuple(type String, id String, name String, input String, tool_use_id String, content String, is_error Bool))'
        ) as block
    where JSONType(message, 'content') = 'Array'

),

-- A tool call is asked for in one message (tool_use) and answered in a later one (tool_result).
tool_calls as (

    select
        ----------  ids
        session_id,
        if(block.type = 'tool_use', block.id, block.tool_use_id) as tool_use_id,
        -- Side questions and compactions repeat the messages that they go on from.
        argMin(blocks.agent_id, ({{ is_repeating_agent('blocks.agent_id') }}, blocks.agent_id != '', logged_at)) as agent_id,
        maxIf(result_agent_id, block.type = 'tool_result') as started_agent_id,

        ----------  text
        max(block.name) as tool_name,
        max(JSONExtractString(block.input, 'subagent_type')) as subagent_type,
        maxIf(result_agent_type, block.type = 'tool_result') as started_agent_type,

        ----------  numerics
        maxIf(lengthUTF8(block.input), block.type = 'tool_use') as input_chars,
        maxIf(lengthUTF8(block.content), block.type = 'tool_result') as result_chars,

        ----------  booleans
        max(block.is_error) as is_error,

        ----------  timestamps
        minIf(logged_at, block.type = 'tool_use') as called_at,
        minOrNullIf(logged_at, block.type = 'tool_result') as ended_at

    from blocks
    where block.type in ('tool_use', 'tool_result')
    group by
        session_id,
        tool_use_id

)

-- A result whose request was never saved has no name and no start: it is no call of its own.
select * from tool_calls
where tool_name != ''
