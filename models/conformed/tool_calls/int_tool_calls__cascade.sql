with

logs as (

    select * from {{ ref('int_cascade__logs') }}

)

select
    'cascade' as source,
    session_id as run_key,
    {{ run_id("'cascade'", joined_id(['session_id', 'message_id'])) }} as tool_call_id,
    {{ run_id("'cascade'", 'session_id') }} as run_id,
    tool_name,
    logged_at as called_at,
    duration_ms,
    content_chars as input_chars,
    toBool(error_type != '') as is_error
from logs
where tool_name != ''
