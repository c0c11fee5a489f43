{{ config(enabled='codex' in var('sources')) }}

with

lines as (

    select * from {{ ref('base_codex__lines') }}

),

parsed as (

    select
        session_id,
        line_number,
        line_type,
        payload_type,
        payload,
        logged_at,
        {{ json_fields({
            'cwd': 'String',
            'originator': 'String',
            'cli_version': 'String',
            'source': 'String',
            'git': 'Tuple(branch String)',
            'message': 'String'
        }, "if(line_type = 'session_meta' or payload_type = 'user_message', payload, '{}')") }} as fields,
        line_type = 'event_msg' and payload_type = 'user_message' as is_prompt

    from lines

),

runs as (

    select
        ----------  ids
        session_id,
        -- A sub-agent names the session that started it.
        argMinIf(
            JSONExtractString(fields.source, 'subagent', 'thread_spawn', 'parent_thread_id'),
            (logged_at, line_number),
            line_type = 'session_meta'
        ) as parent_session_id,

        ----------  text
        argMinIf(fields.cwd, (logged_at, line_number), line_type = 'session_meta') as working_directory,
        argMinIf(fields.git.branch, (logged_at, line_number), line_type = 'session_meta') as git_branch,
        argMinIf(fields.originator, (logged_at, line_number), line_type = 'session_meta') as originator,
        argMinIf(fields.cli_version, (logged_at, line_number), line_type = 'session_meta') as client_version,
        argMinIf(fields.source, (logged_at, line_number), line_type = 'session_meta') as logged_source,
        argMinIf(fields.message, (logged_at, line_number), is_prompt) as first_prompt_text,
        argMaxIf(
            payload_type,
            (logged_at, line_number),
            payload_type in ('task_started', 'task_complete', 'turn_aborted')
        ) as last_turn_event,

        ----------  numerics
        uniqExactIf((logged_at, line_number), is_prompt) as prompt_count,
        uniqExactIf(
            (logged_at, line_number),
            line_type = 'event_msg' and payload_type = 'error'
        ) as error_count,

        ----------  timestamps
        min(logged_at) as started_at,
        max(logged_at) as ended_at

    from parsed
    group by session_id

)

select * from runs
