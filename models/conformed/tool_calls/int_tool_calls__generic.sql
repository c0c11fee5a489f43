{{ config(enabled='generic' in var('sources')) }}

with

tool_calls as (

    select * from {{ ref('stg_generic__tool_calls') }}

)

select
    tool_calls.source as source,
    run_key,
    {{ run_id('tool_calls.source', joined_id(['tool_calls.run_id', 'tool_calls.tool_call_id'])) }} as tool_call_id,
    {{ run_id('tool_calls.source', 'tool_calls.run_id') }} as run_id,
    tool_name,
    called_at,
    duration_ms,
    input_chars,
    result_chars,
    is_error
from tool_calls
