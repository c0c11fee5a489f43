{{ config(enabled='chat' in var('sources')) }}

with

tool_calls as (

    select * from {{ ref('stg_chat__tool_calls') }}

)

select
    'chat' as source,
    conversation_id as run_key,
    {{ run_id("'chat'", joined_id(['conversation_id', 'message_id', 'toString(tool_number)'])) }} as tool_call_id,
    {{ run_id("'chat'", 'conversation_id') }} as run_id,
    tool_name,
    called_at,
    duration_ms,
    input_chars,
    result_chars,
    is_error
from tool_calls
