with

lines as (

    {{ visible_records('claude_code', 'claude_code_lines') }}

),

-- A file next to a sub-agent's transcript says what it is; a workflow's journal labels those it starts.
described as (

    select
        _run_key as session_id,
        extract(_source_file, '/agent-([^/]+)\\.meta\\.json') as described_agent_id,
        {{ json_fields({
            'agentType': 'String',
            'toolUseId': 'String',
            'agentId': 'String',
            'label': 'String'
        }) }} as line,
        if(described_agent_id != '', described_agent_id, line.agentId) as agent_id

    from lines
    where
        _run_key != ''
        and match(_source_file, '(/agent-[^/]+\\.meta\\.json|/journal\\.jsonl)')

)

select
    ----------  ids
    session_id,
    agent_id,
    max(line.toolUseId) as tool_use_id,

    ----------  text
    coalesce(
        nullIf(max(line.agentType), ''),
        max(splitByChar(':', line.label)[1])
    ) as agent_type

from described
where agent_id != ''
group by
    session_id,
    agent_id
