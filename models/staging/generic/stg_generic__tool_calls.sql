with

records as (

    {% for table_name in ['generic_calls', 'generic_runs'] -%}
        select
            _run_key,
            _load_id,
            record,
            load_order
        from ({{ generic_records(table_name) }}) as listed_records
        where position(record, '"tool_calls"') > 0
        {% if not loop.last %}
            union all
        {% endif %}
    {%- endfor %}

),

load_sources as (

    {{ sources_of_loads() }}

),

parsed as (

    select
        load_sources.source as source,
        records._run_key as run_key,
        records.load_order as load_order,
        {{ json_fields({
            'call_id': 'String',
            'run_id': 'String',
            'called_at': 'String',
            'tool_calls': 'String'
        }, 'records.record') }} as fields,
        coalesce(
            nullIf(fields.run_id, ''), nullIf(fields.call_id, ''), lower(hex(SHA256(records.record)))
        ) as run_id,
        arrayJoin(arrayEnumerate(JSONExtractArrayRaw(fields.tool_calls) as listed)) as tool_number,
        {{ json_fields({
            'id': 'String',
            'name': 'String',
            'called_at': 'String',
            'ended_at': 'String',
            'duration_ms': 'Nullable(String)',
            'input_chars': 'Nullable(String)',
            'result_chars': 'Nullable(String)',
            'is_error': 'String'
        }, 'listed[tool_number]') }} as tool

    from records
    inner join load_sources
        on records._load_id = load_sources.load_id

),

timed as (

    select
        *,
        -- One without an id is known by the call that asks for it, and by its place there.
        if(tool.id != '', tool.id, concat(fields.call_id, '/', toString(tool_number))) as tool_call_id,
        {{ parse_timestamp('tool.called_at') }} as own_called_at,
        {{ parse_timestamp('fields.called_at') }} as answered_at,
        {{ parse_timestamp('tool.ended_at') }} as ended_at
    from parsed

),

-- A call and its result may be two records, and both may be written again.
merged as (

    select
        source,
        run_key,
        run_id,
        tool_call_id,
        argMaxIf(tool.name, load_order, tool.name != '') as tool_name,
        minIf(own_called_at, tool.name != '') as first_called_at,
        minIf(answered_at, tool.name != '') as first_answered_at,
        max(ended_at) as last_ended_at,
        argMax({{ parse_number('tool.duration_ms') }}, load_order) as logged_duration_ms,
        max({{ parse_count('tool.input_chars') }}) as input_chars,
        max({{ parse_count('tool.result_chars') }}) as result_chars,
        max(lower(tool.is_error) in ('true', '1')) as is_error
    from timed
    group by source, run_key, run_id, tool_call_id

)

select
    source,
    run_key,
    run_id,
    tool_call_id,
    tool_name,
    coalesce(
        logged_duration_ms,
        if(
            last_ended_at >= first_called_at,
            toFloat64(dateDiff('millisecond', first_called_at, last_ended_at)),
            null
        )
    ) as duration_ms,
    coalesce(input_chars, 0) as input_chars,
    coalesce(result_chars, 0) as result_chars,
    toBool(is_error) as is_error,
    assumeNotNull(coalesce(first_called_at, first_answered_at)) as called_at
from merged
-- A result whose call was never saved has no name: it is no call of its own.
where
    tool_name != ''
    and coalesce(first_called_at, first_answered_at) is not null
