{%- set fields = {
    'message_id': 'String',
    'timestamp': 'String',
    'cascade_id': 'String',
    'cell_name': 'String',
    'node_type': 'String',
    'role': 'String',
    'model': 'String',
    'provider': 'String',
    'cost': 'Nullable(String)',
    'tokens_in': 'Nullable(UInt64)',
    'tokens_out': 'Nullable(UInt64)',
    'duration_ms': 'Nullable(Float64)',
    'species_hash': 'String',
    'genus_hash': 'String',
    'candidate_index': 'Nullable(UInt32)',
    'reforge_step': 'Nullable(UInt32)',
    'is_winner': 'Nullable(Bool)',
    'evaluator_score': 'Nullable(Float64)',
    'error_type': 'String',
    'error_message': 'String',
    'tool_name': 'String',
    'content_chars': 'Nullable(UInt64)'
} -%}

with

records as (

    {{ visible_records('cascade', 'unified_logs') }}

),

parsed as (

    select
        _run_key as session_id,
        record,
        load_order,
        {{ json_fields(fields) }} as fields

    from records
    where _run_key != ''

),

-- Exports overlap, and a later one may have gained a score or corrected a cost.
deduplicated as (

    select
        session_id,
        if(fields.message_id != '', fields.message_id, lower(hex(SHA256(record)))) as message_id,
        {{ merged_copies(fields, 'log') }}
    from parsed
    group by session_id, message_id

),

-- Where a log has no time of its own, it counts at the start of its session.
sessions as (

    select
        session_id as started_session_id,
        created_at as session_started_at
    from {{ ref('stg_cascade__sessions') }}

),

renamed as (

    select
        ----------  ids
        session_id,
        message_id,
        log.cascade_id as cascade_id,
        nullIf(log.species_hash, '') as species_hash,
        nullIf(log.genus_hash, '') as genus_hash,

        ----------  text
        log.cell_name as cell_name,
        log.node_type as node_type,
        log.role as role,
        log.model as model,
        lower(log.provider) as provider,
        log.error_type as error_type,
        log.error_message as error_message,
        log.tool_name as tool_name,

        ----------  numerics
        {{ parse_money('log.cost') }} as cost_usd,
        coalesce(log.tokens_in, 0) as input_tokens,
        coalesce(log.tokens_out, 0) as output_tokens,
        {{ in_domain('log.duration_ms', 'duration_ms') }} as duration_ms,
        log.candidate_index as candidate_index,
        coalesce(log.reforge_step, 0) as reforge_step,
        {{ in_domain('log.evaluator_score', 'score') }} as evaluator_score,
        coalesce(log.content_chars, 0) as content_chars,

        ----------  booleans
        log.is_winner as is_winner,

        ----------  timestamps
        coalesce({{ parse_timestamp('log.timestamp') }}, sessions.session_started_at) as logged_at

    from deduplicated
    left join sessions
        on deduplicated.session_id = sessions.started_session_id

)

select
    * except (logged_at),
    assumeNotNull(renamed.logged_at) as logged_at
from renamed
where renamed.logged_at is not null
