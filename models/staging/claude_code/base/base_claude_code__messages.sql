with

lines as (

    {{ visible_records('claude_code', 'claude_code_lines') }}

),

load_times as (

    select
        load_id,
        nullIf(any(modified_at), toDateTime64(0, 3, 'UTC')) as file_modified_at
    from {{ source('tokenhouse', 'loads') }}
    group by load_id

),

parsed as (

    select
        lines._run_key as session_id,
        lines._line_number as line_number,
        lines._source_file as source_file,
        load_times.file_modified_at as file_modified_at,
        {{ json_fields({
            'type': 'String',
            'uuid': 'String',
            'agentId': 'String',
            'session_id': 'String',
            'parent_tool_use_id': 'String',
            'isSidechain': 'Bool',
            'isMeta': 'Bool',
            'isApiErrorMessage': 'Bool',
            'timestamp': 'String',
            'requestId': 'String',
            'message': 'String',
            'parentToolUseID': 'String',
            'forkedFrom': 'Tuple(sessionId String)',
            'toolUseResult': 'Tuple(agentId String, agentType String)',
            'costUSD': 'String',
            'durationMs': 'Nullable(Float64)',
            'cwd': 'String',
            'gitBranch': 'String',
            'version': 'String',
            'data': 'Tuple(type String, agentId String, message Tuple(type String, uuid String, timestamp String, requestId String, message String))'
        }, 'lines.record') }} as line,
        line.type = 'progress' and line.data.type = 'agent_progress' as is_nested,
        -- What `claude -p` prints has no times: its file's stands for them.
        line.session_id != '' and line.timestamp = '' as is_printed

    from lines
    left join load_times
        on lines._load_id = load_times.load_id
    where lines._run_key != ''

),

messages as (

    select
        session_id,
        line_number,

        -- A sub-agent's messages arrive on their own side-chain lines (older versions: without an
        -- agent id) or nested in the session's progress lines.
        multiIf(
            is_nested, line.data.agentId,
            line.agentId != '', line.agentId,
            line.isSidechain, 'sidechain',
            line.parent_tool_use_id
        ) as agent_id,
        if(is_nested, line.data.message.type, line.type) as line_type,
        if(is_nested, line.data.message.uuid, line.uuid) as uuid,
        if(is_nested, line.data.message.requestId, line.requestId) as request_id,
        if(is_nested, line.data.message.message, line.message) as message,
        multiIf(
            agent_id = '', '',
            is_printed, line.parent_tool_use_id,
            line.parentToolUseID
        ) as parent_tool_use_id,
        -- A sub-agent's own sub-agents have their files in a folder of its name.
        extract(source_file, '/agent-([^/]+)/subagents/(?:[^/]+/)*agent-[^/]+$') as parent_agent_id,
        -- Branches repeat the history of the session that they go on from.
        line.forkedFrom.sessionId as forked_from_session_id,
        line.toolUseResult.agentId as result_agent_id,
        line.toolUseResult.agentType as result_agent_type,
        -- Until version 1.0.8 the client wrote what a call cost, and how long it took.
        {{ parse_money('line.costUSD') }} as cost_usd,
        line.durationMs as duration_ms,
        line.cwd as working_directory,
        line.gitBranch as git_branch,
        line.version as client_version,
        line.isMeta as is_meta,
        line.isApiErrorMessage as is_api_error,
        is_printed,
        if(
            is_printed,
            file_modified_at,
            {{ parse_timestamp('if(is_nested, line.data.message.timestamp, line.timestamp)') }}
        ) as logged_at

    from parsed

),

described_messages as (

    select
        *,
        JSONType(message, 'content') as content_type,
        -- The person's own words: a plain text, or text blocks; tool results come as user lines too.
        messages.line_type = 'user' and not messages.is_meta
        and (
            content_type = 'String'
            or JSONExtractString(message, 'content', 1, 'type') = 'text'
        ) as is_prompt,
        -- What a line that was saved again is known by.
        if(uuid != '', uuid, lower(hex(sipHash64(message, assumeNotNull(messages.logged_at))))) as line_id,
        -- What a branch repeats is the history of another session.
        forked_from_session_id = '' as is_own

    from messages
    where
        messages.logged_at is not null
        and (
            messages.line_type in ('assistant', 'user')
            or (is_printed and messages.line_type in ('system', 'result'))
        )

)

select
    * except (logged_at),
    assumeNotNull(described_messages.logged_at) as logged_at
from described_messages
