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
    if(project != '', project, 'codex') as workflow_id,
    '' as logged_genus_hash,
    if(parent_session_id = '', null, {{ run_id("'codex'", 'parent_session_id') }}) as parent_run_id,

    ----------  text
    runs.project as project,
    if(last_turn_event = 'turn_aborted', 'cancelled', 'completed') as status,
    '' as mode,
    '' as caller_id,
    if(startsWith(logged_source, '{') or logged_source = '', 'cli', logged_source) as origin,
    '' as user_id,
    '' as team_id,
    '' as organization_id,
    '' as conversation_id,
    '' as experiment_name,
    '' as variant,
    '' as environment,
    first_prompt_text as input_text,

    ----------  numerics
    cast(null as Nullable(UInt64)) as logged_input_chars,
    toUInt32(parent_session_id != '') as logged_depth,
    cast(null as Nullable(UInt64)) as logged_step_count,
    cast(error_count as Nullable(UInt64)) as logged_error_count,
    cast(null as Nullable(Float64)) as logged_duration_ms,

    ----------  timestamps
    started_at,
    cast(ended_at as Nullable(DateTime64(3, 'UTC'))) as ended_at

from runs
