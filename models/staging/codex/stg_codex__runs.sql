{{ config(enabled='codex' in var('sources')) }}

with

lines as (

    select * from {{ ref('base_codex__lines') }}
    -- A copied history is another session's.
    where not is_inherited

),

parsed as (

    select
        session_id,
        line_number,
        line_type,
        payload_type,
        logged_at,
        line_type = 'session_meta' as is_head,
        {{ json_fields({
            'cwd': 'String',
            'originator': 'String',
            'cli_version': 'String',
            'source': 'String',
            'thread_source': 'String',
            'session_id': 'String',
            'parent_thread_id': 'String',
            'forked_from_id': 'String',
            'git': 'Tuple(branch String)',
            'message': 'String',
            'role': 'String',
            'content': 'Array(Tuple(type String, text String))'
        }, "if(is_head or payload_type in ('user_message', 'message'), payload, '{}')") }} as fields,
        line_type = 'event_msg' and payload_type = 'user_message' as is_prompt,
        -- Newer files have no other trace of a prompt. What the client tells the model stands in tags.
        tupleElement(
            arrayFirst(
                part -> part.type = 'input_text' and not startsWith(part.text, '<'),
                if(payload_type = 'message' and fields.role = 'user', fields.content, [])
            ),
            'text'
        ) as user_text,
        JSONExtract(fields.source, 'subagent', 'Tuple(thread_spawn Tuple(parent_thread_id String, depth UInt32, agent_role String), other String)') as subagent,
        is_head and (
            JSONHas(fields.source, 'subagent') or fields.thread_source not in ('', 'user')
        ) as is_of_subagent

    from lines

),

runs as (

    select
        ----------  ids
        session_id,
        -- A sub-agent names the session that started it, in one place or another.
        argMinIf(
            arrayFirst(
                id -> id not in ('', session_id),
                [
                    fields.parent_thread_id, subagent.thread_spawn.parent_thread_id,
                    fields.forked_from_id, fields.session_id
                ]
            ),
            (logged_at, line_number),
            is_of_subagent
        ) as parent_session_id,

        ----------  text
        argMinIf(
            coalesce(
                nullIf(subagent.thread_spawn.agent_role, ''),
                nullIf(subagent.other, ''),
                if(JSONType(fields.source, 'subagent') = 'String', JSONExtractString(fields.source, 'subagent'), null),
                nullIf(fields.thread_source, ''),
                'subagent'
            ),
            (logged_at, line_number),
            is_of_subagent
        ) as agent_role,
        argMinIf(fields.cwd, (logged_at, line_number), is_head) as working_directory,
        argMinIf(fields.git.branch, (logged_at, line_number), is_head) as git_branch,
        argMinIf(fields.originator, (logged_at, line_number), is_head) as originator,
        argMinIf(fields.cli_version, (logged_at, line_number), is_head) as client_version,
        argMinIf(fields.source, (logged_at, line_number), is_head) as logged_source,
        if(
            countIf(is_prompt) > 0,
            argMinIf(fields.message, (logged_at, line_number), is_prompt),
            argMinIf(user_text, (logged_at, line_number), user_text != '')
        ) as first_prompt_text,
        argMaxIf(
            payload_type,
            (logged_at, line_number),
            payload_type in ('task_started', 'task_complete', 'turn_aborted')
        ) as last_turn_event,

        ----------  numerics
        argMinIf(
            greatest(subagent.thread_spawn.depth, 1), (logged_at, line_number), is_of_subagent
        ) as subagent_depth,
        if(
            countIf(is_prompt) > 0,
            uniqExactIf((logged_at, line_number), is_prompt),
            uniqExactIf((logged_at, line_number), user_text != '')
        ) as prompt_count,
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
