{{ config(enabled='langfuse' in var('sources')) }}

with

observations as (

    select * from {{ ref('stg_langfuse__observations') }}
    -- Only what structures a trace: calls and tools have entities of their own, events take no time.
    where observation_type in ('SPAN', 'AGENT', 'CHAIN', 'RETRIEVER', 'EVALUATOR', 'GUARDRAIL')

)

select
    'langfuse' as source,
    run_key,
    {{ run_id("'langfuse'", id_within_run('run_key', 'observation_id')) }} as step_id,
    {{ run_id("'langfuse'", 'run_key') }} as run_id,
    observation_name as step_name,
    lower(observation_type) as step_kind,
    multiIf(is_error, 'failed', ended_at is null, 'running', 'completed') as status,
    if(is_error, 'error', '') as error_type,
    if(ended_at is null, null, toFloat64(dateDiff('millisecond', started_at, ended_at))) as duration_ms,
    is_error,
    started_at,
    ended_at
from observations
