{{ config(enabled='codex' in var('sources')) }}

with

runs as (

    select
        *,
        {{ project_of("''", 'working_directory') }} as project
    from {{ ref('stg_codex__runs') }}

)

select
    ----------  ids
    'codex' as source,
    session_id as run_key,
    {{ run_id("'codex'", 'session_id') }} as run_id,
    session_id as source_run_id,
    concat(
        if(project != '', project, 'codex'), if(agent_role = '', '', ':'), agent_role
    ) as workflow_id,
    if(parent_session_id = '', null, {{ run_id("'codex'", 'parent_session_id') }}) as parent_run_id,

    ----------  text
    runs.project as project,
    if(last_turn_event = 'turn_aborted', 'cancelled', 'completed') as status,
    if(startsWith(logged_source, '{') or logged_source = '', 'cli', logged_source) as origin,
    first_prompt_text as input_text,

    ----------  numerics
    toUInt32(subagent_depth) as logged_depth,
    cast(error_count as Nullable(UInt64)) as logged_error_count,

    ----------  timestamps
    started_at,
    cast(ended_at as Nullable(DateTime64(3, 'UTC'))) as ended_at

from runs
