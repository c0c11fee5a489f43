{{ config(enabled='codex' in var('sources')) }}

with

lines as (

    {{ visible_records('codex', 'codex_lines', is_rewritten=true) }}

),

parsed as (

    select
        _run_key as session_id,
        _load_id as load_id,
        _line_number as line_number,
        {{ json_fields({
            'timestamp': 'String',
            'type': 'String',
            'ordinal': 'Nullable(Int64)',
            'payload': 'String'
        }) }} as line,
        {{ json_fields({
            'type': 'String',
            'id': 'String',
            'thread_id': 'String',
            'forked_from_id': 'String',
            'parent_thread_id': 'String',
            'source': 'Tuple(subagent Tuple(thread_spawn Tuple(parent_thread_id String)))',
            'subagent_history_start_ordinal': 'Nullable(Int64)'
        }, 'line.payload') }} as fields,
        line.type = 'session_meta' as is_head,
        is_head and fields.id in ('', session_id) as is_own_head,
        is_head and not is_own_head as is_foreign_head,
        {{ parse_timestamp('line.timestamp') }} as logged_at

    from lines
    where _run_key != ''

),

-- What a file says of the threads it goes on from: its own head names them, and copies bring their heads.
files as (

    select
        *,
        arraySort(arrayDistinct(arrayFilter(
            id -> id not in ('', session_id),
            arrayFlatten(groupArray(if(
                is_head,
                [
                    fields.id, fields.forked_from_id, fields.parent_thread_id,
                    fields.source.subagent.thread_spawn.parent_thread_id
                ],
                []
            )) over file_lines)
        ))) as ancestor_ids,
        max(if(is_own_head, fields.subagent_history_start_ordinal, null)) over file_lines as start_ordinal,
        max(line.ordinal) over file_lines as last_ordinal,
        min(if(is_own_head, parsed.logged_at, null)) over file_lines as opened_at,
        max(if(is_foreign_head, line_number, null)) over file_lines as last_foreign_head_line,
        min(if(
            fields.type = 'thread_settings_applied' and fields.thread_id = session_id,
            line_number,
            null
        )) over file_lines as settings_line,
        parsed.logged_at > addSeconds(
            lagInFrame(parsed.logged_at) over (
                partition by
                    session_id,
                    load_id
                order by line_number
                rows between 1 preceding and current row
            ),
            1
        ) as is_after_pause

    from parsed
    where parsed.logged_at is not null
    window file_lines as (
        partition by
            session_id,
            load_id
    )

),

-- Where a file's own history begins, by the best mark it has: the ordinal that its head names, unless no
-- line reaches it; the first settings of its own thread; its head repeated behind the copied ones. Without
-- any it is not known: a copy is written in a burst, or with the times of the original, so what comes after
-- the first pause is likely its own.
histories as (

    select
        *,
        multiIf(
            empty(ancestor_ids), toNullable(toUInt64(0)),
            start_ordinal <= last_ordinal, min(if(line.ordinal >= start_ordinal, line_number, null)) over file_lines,
            settings_line is not null, settings_line,
            min(if(is_own_head and line_number > last_foreign_head_line, line_number, null)) over file_lines
        ) as known_start_line,
        if(
            last_foreign_head_line is null,
            toNullable(toUInt64(0)),
            min(if(
                line_number > last_foreign_head_line and is_after_pause and files.logged_at >= opened_at,
                line_number,
                null
            )) over file_lines
        ) as likely_start_line

    from files
    window file_lines as (
        partition by
            session_id,
            load_id
    )

)

select
    session_id,
    load_id,
    line_number,
    line.type as line_type,
    fields.type as payload_type,
    line.payload as payload,
    ancestor_ids,
    known_start_line is not null as has_known_start,
    not is_own_head
    and line_number < coalesce(known_start_line, likely_start_line, line_number + 1) as is_inherited,
    assumeNotNull(histories.logged_at) as logged_at
from histories
where not is_foreign_head
