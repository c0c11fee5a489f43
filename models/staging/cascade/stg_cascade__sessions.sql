with

records as (

    {{ visible_records('cascade', 'cascade_sessions') }}

),

parsed as (

    select
        record,
        {{ json_fields({
            'session_id': 'String',
            'cascade_id': 'String',
            'genus_hash': 'String',
            'created_at': 'String',
            'completed_at': 'String',
            'status': 'String',
            'input_data': 'String',
            'input': 'String',
            'parent_session_id': 'String',
            'depth': 'UInt32',
            'caller_id': 'String',
            'invocation_metadata': 'Tuple(origin String)'
        }) }} as session

    from records

),

renamed as (

    select
        ----------  ids
        session.session_id as session_id,
        session.cascade_id as cascade_id,
        nullIf(session.genus_hash, '') as genus_hash,
        nullIf(session.parent_session_id, '') as parent_session_id,

        ----------  text
        session.status as status,
        -- The documents name the input both ways.
        if(session.input_data != '', session.input_data, session.input) as input_text,
        session.caller_id as caller_id,
        session.invocation_metadata.origin as origin,

        ----------  numerics
        session.depth as depth,

        ----------  timestamps
        {{ parse_timestamp('session.created_at') }} as created_at,
        {{ parse_timestamp('session.completed_at') }} as completed_at,

        record

    from parsed

),

-- A session is logged when it starts and again when it ends; the most advanced state counts.
latest as (

    select * from renamed
    where
        session_id != ''
        and created_at is not null
    order by
        completed_at desc nulls last,
        record desc
    limit 1 by session_id

)

select
    * except (record, created_at),
    assumeNotNull(created_at) as created_at
from latest
