{{ config(enabled='codex' in var('sources')) }}

with

tool_calls as (

    select * from {{ ref('stg_codex__tool_calls') }}

)

select
    'codex' as source,
    session_id as run_key,
    {{ run_id("'codex'", joined_id(['session_id', 'tool_calls.tool_call_id'])) }} as tool_call_id,
    {{ run_id("'codex'", 'session_id') }} as run_id,
    tool_name,
    called_at,
    if(
        ended_at is null,
        null,
        toFloat64(dateDiff('millisecond', called_at, ended_at))
    ) as duration_ms,
    input_chars,
    result_chars,
    is_error
from tool_calls
