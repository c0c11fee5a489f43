{{ config(enabled='langfuse' in var('sources')) }}

with

observations as (

    select * from {{ ref('stg_langfuse__observations') }}
    where observation_type = 'TOOL'

)

select
    'langfuse' as source,
    run_key,
    {{ run_id("'langfuse'", id_within_run('run_key', 'observation_id')) }} as tool_call_id,
    {{ run_id("'langfuse'", 'run_key') }} as run_id,
    observation_name as tool_name,
    started_at as called_at,
    if(ended_at is null, null, toFloat64(dateDiff('millisecond', started_at, ended_at))) as duration_ms,
    input_chars,
    output_chars as result_chars,
    is_error
from observations
