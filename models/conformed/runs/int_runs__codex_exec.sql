{{ config(enabled='codex' in var('sources')) }}

with

turns as (

    select * from {{ ref('stg_codex__exec_turns') }}

),

rollouts as (

    select session_id from {{ ref('stg_codex__runs') }}
    where session_id in (select turns.session_id from turns)

)

select
    ----------  ids
    'codex' as source,
    session_id as run_key,
    {{ run_id("'codex'", 'session_id') }} as run_id,
    session_id as source_run_id,
    'codex' as workflow_id,

    ----------  text
    if(max(is_error), 'failed', 'completed') as status,
    'exec' as origin,

    ----------  numerics
    cast(countIf(is_error) as Nullable(UInt64)) as logged_error_count,

    ----------  timestamps
    min(turns.started_at) as started_at,
    cast(max(turns.started_at) as Nullable(DateTime64(3, 'UTC'))) as ended_at

from turns
where session_id not in (select rollouts.session_id from rollouts)
group by session_id
