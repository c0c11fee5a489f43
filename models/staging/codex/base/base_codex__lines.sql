{{ config(enabled='codex' in var('sources')) }}

with

lines as (

    {{ visible_records('codex', 'codex_lines') }}

),

parsed as (

    select
        _run_key as session_id,
        _line_number as line_number,
        {{ json_fields({
            'timestamp': 'String',
            'type': 'String',
            'payload': 'String'
        }) }} as line,
        JSONExtractString(line.payload, 'type') as payload_type,
        if(line.type = 'session_meta', JSONExtractString(line.payload, 'id'), '') as meta_session_id,
        meta_session_id = _run_key
        and JSONExtractString(line.payload, 'forked_from_id') != '' as is_fork,
        {{ parse_timestamp('line.timestamp') }} as logged_at

    from lines
    where _run_key != ''

),

sessions as (

    select
        *,
        max(is_fork) over session_lines as is_of_fork,
        min(parsed.logged_at) over session_lines as opened_at

    from parsed
    where parsed.logged_at is not null
    window session_lines as (partition by session_id)

)

select
    session_id,
    line_number,
    line.type as line_type,
    payload_type,
    line.payload as payload,
    assumeNotNull(sessions.logged_at) as logged_at
from sessions
where
    -- A forked session opens with a copy of the one it was forked from, written in the moment of the
    -- fork: what is in it belongs to the other session. A turn of its own takes longer than a second.
    not (
        is_of_fork
        and line.type in ('event_msg', 'response_item')
        and sessions.logged_at < addSeconds(opened_at, 1)
    )
    and meta_session_id in ('', session_id)
