{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook='{{ forget_changed_runs() }}',
    order_by='(session_id, message_id)',
) }}

-- Runs, calls and tool calls are made of the same events: their JSON is parsed once, here.
with

changed_runs as (

    {{ changed_run_versions() }}

),

changed_sessions as (

    select
        run_key as session_id,
        run_version
    from changed_runs
    where source = 'cascade'

),

logs as (

    select * from {{ ref('stg_cascade__logs') }}
    where session_id in (select changed_sessions.session_id from changed_sessions)

)

select
    'cascade' as source,
    logs.session_id as run_key,
    changed_sessions.run_version as run_version,
    logs.*
from logs
inner join changed_sessions
    on logs.session_id = changed_sessions.session_id
