{{ config(enabled='langfuse' in var('sources')) }}

with

observations as (

    select * from {{ ref('stg_langfuse__observations') }}

)

select
    'langfuse' as source,
    run_key,
    {{ run_id("'langfuse'", id_within_run('run_key', 'observation_id')) }} as span_id,
    {{ run_id("'langfuse'", 'run_key') }} as trace_id,
    if(parent_observation_id = '', '', {{ run_id("'langfuse'", id_within_run('run_key', 'parent_observation_id')) }}) as parent_span_id,
    {{ run_id("'langfuse'", 'run_key') }} as run_id,
    observation_name as span_name,
    lower(observation_type) as operation_type,
    model,
    if(ended_at is null, null, toFloat64(dateDiff('millisecond', started_at, ended_at))) as duration_ms,
    if(is_error, 'error', '') as error_type,
    is_error,
    metadata_json,
    started_at
from observations
