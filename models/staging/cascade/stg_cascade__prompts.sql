with

records as (

    {{ visible_records('cascade', 'prompt_lineage') }}

),

parsed as (

    select
        record,
        {{ json_fields({
            'prompt_id': 'String',
            'session_id': 'String',
            'cascade_id': 'String',
            'cell_name': 'String',
            'species_hash': 'String',
            'created_at': 'String',
            'full_prompt_text': 'String',
            'candidate_index': 'Nullable(UInt32)',
            'is_winner': 'Nullable(Bool)',
            'generation': 'UInt32'
        }) }} as prompt

    from records

),

renamed as (

    select
        ----------  ids
        if(prompt.prompt_id != '', prompt.prompt_id, lower(hex(SHA256(record)))) as prompt_id,
        prompt.session_id as session_id,
        prompt.cascade_id as cascade_id,
        nullIf(prompt.species_hash, '') as species_hash,

        ----------  text
        prompt.cell_name as cell_name,
        prompt.full_prompt_text as prompt_text,

        ----------  numerics
        prompt.candidate_index as candidate_index,
        prompt.generation as generation,

        ----------  booleans
        prompt.is_winner as is_winner,

        ----------  timestamps
        {{ parse_timestamp('prompt.created_at') }} as created_at,

        record

    from parsed

),

deduplicated as (

    select * from renamed
    order by record desc
    limit 1 by prompt_id

)

select * except (record) from deduplicated
