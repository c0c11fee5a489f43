with

lines as (

    {{ visible_records('claude_code', 'claude_code_lines') }}

),

parsed as (

    select
        _run_key as session_id,
        {{ json_fields({
            'type': 'String',
            'uuid': 'String',
            'agentId': 'String',
            'isSidechain': 'Bool',
            'isMeta': 'Bool',
            'isApiErrorMessage': 'Bool',
            'timestamp': 'String',
            'requestId': 'String',
            'message': 'String',
            'parentToolUseID': 'String',
            'forkedFrom': 'Tuple(sessionId String)',
            'cwd': 'String',
            'gitBranch': 'String',
            'version': 'String',
            'data': 'Tuple(type String, agentId String, message Tuple(type String, uuid String, timestamp String, requestId String, message String))'
        }) }} as line,
        line.type = 'progress' and line.data.type = 'agent_progress' as is_nested

    from lines
    where _run_key != ''

),

messages as (

    select
        session_id,

        -- A sub-agent's messages arrive on their own side-chain lines (older versions: without an
        -- agent id) or nested in the session's progress lines.
        multiIf(
            is_nested, line.data.agentId,
            line.agentId != '', line.agentId,
            line.isSidechain, 'sidechain',
            ''
        ) as agent_id,
        if(is_nested, line.data.message.type, line.type) as line_type,
        if(is_nested, line.data.message.uuid, line.uuid) as uuid,
        if(is_nested, line.data.message.requestId, line.requestId) as request_id,
        if(is_nested, line.data.message.message, line.message) as message,
        if(agent_id = '', '', line.parentToolUseID) as parent_tool_use_id,
        line.forkedFrom.sessionId as forked_from_session_id,
        line.cwd as working_directory,
        line.gitBranch as git_branch,
        line.version as client_version,
        line.isMeta as is_meta,
        line.isApiErrorMessage as is_api_error,
        {{ parse_timestamp('if(is_nested, line.data.message.timestamp, line.timestamp)') }} as logged_at

    from parsed

)

select
    * except (logged_at),
    assumeNotNull(messages.logged_at) as logged_at
from messages
where
    messages.line_type in ('assistant', 'user')
    and messages.logged_at is not null
