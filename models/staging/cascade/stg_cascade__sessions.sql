{%- set fields = {
    'cascade_id': 'String',
    'genus_hash': 'String',
    'created_at': 'String',
    'completed_at': 'String',
    'status': 'String',
    'input_data': 'String',
    'input': 'String',
    'parent_session_id': 'String',
    'depth': 'Nullable(UInt32)',
    'caller_id': 'String',
    'invocation_metadata': 'String'
} -%}

with

records as (

    {{ visible_records('cascade', 'cascade_sessions') }}

),

parsed as (

    select
        _run_key as session_id,
        record,
        load_order,
        {{ json_fields(fields) }} as fields,
        {{ parse_timestamp('fields.completed_at') }} as ended_at,
        JSONHas(record, 'status') or JSONHas(record, 'completed_at') as says_its_end

    from records
    where _run_key != ''

),

-- A session is logged when it starts and again when it ends; the most advanced state counts.
stated as (

    select
        *,
        max(coalesce(ended_at, toDateTime64(0, 3, 'UTC'))) over (partition by session_id) as last_ended_at,
        max(says_its_end) over (partition by session_id) as is_end_logged
    from parsed

),

latest as (

    select
        session_id,
        {{ merged_copies(fields, 'session') }},
        any(is_end_logged) as is_end_logged
    from stated
    where coalesce(ended_at, toDateTime64(0, 3, 'UTC')) = last_ended_at
    group by session_id

),

renamed as (

    select
        ----------  ids
        session_id,
        session.cascade_id as cascade_id,
        nullIf(session.genus_hash, '') as genus_hash,
        -- A session that names itself as its parent has none.
        if(
            session.parent_session_id in ('', session_id), null, session.parent_session_id
        ) as parent_session_id,

        ----------  text
        session.status as status,
        -- The documents name the input both ways.
        if(session.input_data != '', session.input_data, session.input) as input_text,
        session.caller_id as caller_id,
        -- An object, or the text of one.
        JSONExtractString(session.invocation_metadata, 'origin') as origin,

        ----------  numerics
        coalesce(session.depth, 0) as depth,

        ----------  booleans
        -- The documents' smallest export has neither a status nor an end: whether it is over is not known.
        toBool(latest.is_end_logged) as is_end_logged,

        ----------  timestamps
        {{ parse_timestamp('session.created_at') }} as created_at,
        {{ parse_timestamp('session.completed_at') }} as completed_at

    from latest

)

select * from renamed
