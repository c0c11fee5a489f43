{{ config(enabled='codex' in var('sources')) }}

with

lines as (

    {{ visible_records('codex', 'codex_lines', is_rewritten=true) }}

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
        -- What `codex exec --json` prints has no times; a thread's id holds the one when it was opened.
        coalesce(
            if(
                substring(session_id, 15, 1) = '7',
                UUIDv7ToDateTime(toUUIDOrNull(session_id), 'UTC'),
                null
            ),
            load_times.file_modified_at
        ) as started_at,
        {{ json_fields({
            'type': 'String',
            'usage': 'Tuple(input_tokens UInt64, cached_input_tokens UInt64, cache_write_input_tokens UInt64, output_tokens UInt64, reasoning_output_tokens UInt64)'
        }, 'lines.record') }} as line,
        line.usage as usage

    from lines
    left join load_times
        on lines._load_id = load_times.load_id
    where
        lines._run_key != ''
        and match(lines.record, '"type": ?"(thread\\.started|turn\\.)')

)

select
    ----------  ids
    session_id,
    lower(hex(sipHash64(usage))) as turn_id,

    ----------  numerics
    usage.input_tokens as total_input_tokens,
    usage.cached_input_tokens as total_cached_input_tokens,
    usage.cache_write_input_tokens as total_cache_write_input_tokens,
    usage.output_tokens as total_output_tokens,
    usage.reasoning_output_tokens as total_reasoning_output_tokens,

    ----------  booleans
    max(line.type = 'turn.failed') as is_error,

    ----------  timestamps
    assumeNotNull(min(parsed.started_at)) as started_at

from parsed
where
    parsed.started_at is not null
    and line.type in ('thread.started', 'turn.completed', 'turn.failed')
group by
    session_id,
    usage
