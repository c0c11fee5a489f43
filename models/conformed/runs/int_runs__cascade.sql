with

logs as (

    select * from {{ ref('int_cascade__logs') }}

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

-- A session may be known from its own row, from its logs, or from both; the logs are read once.
session_ids as (

    select run_key as session_id from {{ ref('stg_cascade__run_versions') }}

),

-- A session that is over without an end, or with one before its start, ended with its last log.
session_times as (

    select
        session_ids.session_id as session_id,
        if(logged_sessions.session_id = '', null, logged_sessions.first_logged_at) as first_logged_at,
        if(logged_sessions.session_id = '', null, logged_sessions.last_logged_at) as last_logged_at,
        sessions.completed_at as completed_at,
        -- Logs without a session row, or with one that says nothing of its end, are judged by what they hold.
        sessions.session_id != '' and sessions.is_end_logged as is_end_logged,
        {{ run_status('sessions.status', 'sessions.completed_at') }} as status,
        coalesce(sessions.created_at, first_logged_at, completed_at) as started_at,
        multiIf(
            sessions.session_id != '' and completed_at >= started_at, completed_at,
            not is_end_logged or {{ is_over('status') }}, coalesce(last_logged_at, started_at),
            null
        ) as ended_at

    from session_ids
    left join sessions
        on session_ids.session_id = sessions.session_id
    left join logged_sessions
        on session_ids.session_id = logged_sessions.session_id

)

select
    ----------  ids
    'cascade' as source,
    session_times.session_id as run_key,
    {{ run_id("'cascade'", 'session_times.session_id') }} as run_id,
    session_times.session_id as source_run_id,
    if(sessions.cascade_id != '', sessions.cascade_id, logged_sessions.cascade_id) as workflow_id,
    if(coalesce(sessions.genus_hash, '') != '', coalesce(sessions.genus_hash, ''), logged_sessions.genus_hash) as logged_genus_hash,
    if(
        sessions.parent_session_id is null,
        null,
        {{ run_id("'cascade'", 'assumeNotNull(sessions.parent_session_id)') }}
    ) as parent_run_id,

    ----------  text
    if(session_times.is_end_logged, sessions.status, 'unknown') as status,
    sessions.caller_id as caller_id,
    sessions.origin as origin,
    sessions.input_text as input_text,

    ----------  numerics
    sessions.depth as logged_depth,
    cast(logged_sessions.cell_count as Nullable(UInt64)) as logged_step_count,
    cast(logged_sessions.error_count as Nullable(UInt64)) as logged_error_count,

    ----------  timestamps
    assumeNotNull(session_times.started_at) as started_at,
    session_times.ended_at as ended_at

from session_times
left join sessions
    on session_times.session_id = sessions.session_id
left join logged_sessions
    on session_times.session_id = logged_sessions.session_id
where session_times.started_at is not null
