{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook='{{ forget_changed_runs() }}',
    order_by='(run_id, tool_call_id)',
) }}

with

changed_runs as (

    {{ changed_run_versions() }}

),

-- Prunes what is read; which source a key belongs to is for the join below to say.
changed_keys as (

    select run_key from changed_runs

),

claude_code_agents as (

    select * from {{ ref('int_claude_code__agents') }}

),

claude_code_tool_calls as (

    select * from {{ ref('stg_claude_code__tool_calls') }}
    where session_id in (select changed_keys.run_key from changed_keys)

),

cascade_logs as (

    select * from {{ ref('stg_cascade__logs') }}
    where
        tool_name != ''
        and session_id in (select changed_keys.run_key from changed_keys)

),

tool_calls as (

    select
        {{ run_id("'claude_code'", "concat(claude_code_tool_calls.session_id, '/', claude_code_tool_calls.tool_use_id)") }} as tool_call_id,
        claude_code_agents.run_id as run_id,
        'claude_code' as source,
        claude_code_tool_calls.session_id as run_key,
        claude_code_tool_calls.tool_name as tool_name,
        claude_code_tool_calls.called_at as called_at,
        if(
            claude_code_tool_calls.ended_at is null,
            null,
            toFloat64(dateDiff('millisecond', claude_code_tool_calls.called_at, claude_code_tool_calls.ended_at))
        ) as duration_ms,
        claude_code_tool_calls.input_chars as input_chars,
        claude_code_tool_calls.result_chars as result_chars,
        claude_code_tool_calls.is_error as is_error
    from claude_code_tool_calls
    inner join claude_code_agents
        on
            claude_code_tool_calls.session_id = claude_code_agents.session_id
            and claude_code_tool_calls.agent_id = claude_code_agents.agent_id

    union all

    select
        {{ run_id("'cascade'", "concat(session_id, '/', message_id)") }} as tool_call_id,
        {{ run_id("'cascade'", 'session_id') }} as run_id,
        'cascade' as source,
        session_id as run_key,
        tool_name,
        logged_at as called_at,
        duration_ms,
        content_chars as input_chars,
        toUInt64(0) as result_chars,
        error_type != '' as is_error
    from cascade_logs

)

select
    tool_calls.*,
    changed_runs.run_version as run_version
from tool_calls
inner join changed_runs
    on
        tool_calls.source = changed_runs.source
        and tool_calls.run_key = changed_runs.run_key
