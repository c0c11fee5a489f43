{{ config(enabled='litellm' in var('sources')) }}

with

logs as (

    select * from {{ ref('stg_litellm__spend_logs') }}
    where mcp_tool_name != ''

)

select
    'litellm' as source,
    run_key,
    {{ run_id("'litellm'", id_within_run('run_key', 'request_id')) }} as tool_call_id,
    {{ run_id("'litellm'", 'run_key') }} as run_id,
    mcp_tool_name as tool_name,
    started_at as called_at,
    duration_ms,
    toUInt64(lengthUTF8(messages_text)) as input_chars,
    is_error
from logs
