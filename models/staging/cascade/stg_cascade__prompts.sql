{%- set fields = {
    'prompt_id': 'String',
    'cascade_id': 'String',
    'cell_name': 'String',
    'species_hash': 'String',
    'created_at': 'String',
    'full_prompt_text': 'String',
    'candidate_index': 'Nullable(UInt32)',
    'is_winner': 'Nullable(Bool)',
    'generation': 'Nullable(UInt32)'
} -%}

with

records as (

    {{ visible_records('cascade', 'prompt_lineage') }}

),

parsed as (

    select
        _run_key as session_id,
        record,
        load_order,
        {{ json_fields(fields) }} as fields

    from records

),

deduplicated as (

    select
        session_id,
        if(fields.prompt_id != '', fields.prompt_id, lower(hex(SHA256(record)))) as prompt_id,
        {{ merged_copies(fields, 'prompt') }}
    from parsed
    group by session_id, prompt_id

),

renamed as (

    select
        ----------  ids
        prompt_id,
        session_id,
        prompt.cascade_id as cascade_id,
        nullIf(prompt.species_hash, '') as species_hash,

        ----------  text
        prompt.cell_name as cell_name,
        prompt.full_prompt_text as prompt_text,

        ----------  numerics
        prompt.candidate_index as candidate_index,
        coalesce(prompt.generation, 0) as generation,

        ----------  booleans
        prompt.is_winner as is_winner,

        ----------  timestamps
        {{ parse_timestamp('prompt.created_at') }} as created_at

    from deduplicated

)

select * from renamed
