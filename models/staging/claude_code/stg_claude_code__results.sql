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
        lines._load_id as load_id,
        lines._line_number as line_number,
        load_times.file_modified_at as file_modified_at,
        {{ json_fields({
            'type': 'String',
            'uuid': 'String',
            'is_error': 'Bool',
            'duration_ms': 'Nullable(Float64)',
            'total_cost_usd': 'String',
            'modelUsage': 'String'
        }, 'lines.record') }} as result

    from lines
    left join load_times
        on lines._load_id = load_times.load_id
    where
        lines._run_key != ''
        and position(lines.record, '"total_cost_usd"') > 0

),

-- Each result counts all that the process has done so far: the last one of a file counts.
last_results as (

    select
        session_id,
        load_id,
        any(parsed.file_modified_at) as file_modified_at,
        argMax(parsed.result, line_number) as result

    from parsed
    where parsed.result.type = 'result'
    group by
        session_id,
        load_id

)

select
    ----------  ids
    session_id,
    if(result.uuid != '', result.uuid, lower(hex(sipHash64(result)))) as result_id,

    ----------  text
    any(result.modelUsage) as models_json,

    ----------  numerics
    any(result.duration_ms) as duration_ms,
    any({{ parse_money('result.total_cost_usd') }}) as total_cost_usd,

    ----------  booleans
    any(result.is_error) as is_error,

    ----------  timestamps
    min(file_modified_at) as printed_at

from last_results
where file_modified_at is not null
group by
    session_id,
    result_id
