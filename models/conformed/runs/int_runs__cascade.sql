with

logs as (

    select * from {{ ref('stg_cascade__logs') }}

),

sessions as (

    select * from {{ ref('stg_cascade__sessions') }}

),

logged_sessions as (

    select
        session_id,
        argMin(cascade_id, (cascade_id = '', logged_at, message_id)) as cascade_id,
        coalesce(min(genus_hash), '') as genus_hash,
        uniqExactIf(cell_name, cell_name != '') as cell_count,
        countIf(node_type = 'error' or error_type != '') as error_count,
        min(logged_at) as first_logged_at,
        max(logged_at) as last_logged_at

    from logs
    group by session_id

),

-- A session may be known from its own row, from its logs, or from both.
session_ids as (

    select session_id from sessions

    union distinct

    select session_id from logged_sessions

)

select
    ----------  ids
    'cascade' as source,
    session_ids.session_id as run_key,
    {{ run_id("'cascade'", 'session_ids.session_id') }} as run_id,
    session_ids.session_id as source_run_id,
    if(sessions.cascade_id != '', sessions.cascade_id, logged_sessions.cascade_id) as workflow_id,
    if(coalesce(sessions.genus_hash, '') != '', coalesce(sessions.genus_hash, ''), logged_sessions.genus_hash) as logged_genus_hash,
    if(
        sessions.parent_session_id is null,
        null,
        {{ run_id("'cascade'", 'assumeNotNull(sessions.parent_session_id)') }}
    ) as parent_run_id,

    ----------  text
    -- Logs without a session row are a run whose end was never written: judged by what it logged.
    if(sessions.session_id = '', 'unknown', sessions.status) as status,
    sessions.caller_id as caller_id,
    sessions.origin as origin,
    sessions.input_text as input_text,

    ----------  numerics
    sessions.depth as logged_depth,
    cast(logged_sessions.cell_count as Nullable(UInt64)) as logged_step_count,
    cast(logged_sessions.error_count as Nullable(UInt64)) as logged_error_count,

    ----------  timestamps
    if(sessions.session_id = '', logged_sessions.first_logged_at, sessions.created_at) as started_at,
    if(sessions.session_id = '', logged_sessions.last_logged_at, sessions.completed_at) as ended_at

from session_ids
left join sessions
    on session_ids.session_id = sessions.session_id
left join logged_sessions
    on session_ids.session_id = logged_sessions.session_id
