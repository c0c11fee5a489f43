with

agents as (

    select * from {{ ref('int_claude_code__agents') }}

),

tool_calls as (

    select * from {{ ref('stg_claude_code__tool_calls') }}

)

select
    'claude_code' as source,
    tool_calls.session_id as run_key,
    {{ run_id("'claude_code'", joined_id(['tool_calls.session_id', 'tool_calls.tool_use_id'])) }} as tool_call_id,
    agents.run_id as run_id,
    tool_calls.tool_name as tool_name,
    tool_calls.called_at as called_at,
    if(
        tool_calls.ended_at is null,
        null,
        toFloat64(dateDiff('millisecond', tool_calls.called_at, tool_calls.ended_at))
    ) as duration_ms,
    tool_calls.input_chars as input_chars,
    tool_calls.result_chars as result_chars,
    tool_calls.is_error as is_error
from tool_calls
inner join agents
    on
        tool_calls.session_id = agents.session_id
        and tool_calls.agent_id = agents.agent_id
