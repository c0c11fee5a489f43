{{ config(enabled='chat' in var('sources')) }}

{%- set fields = {
    'id': 'String',
    'user_id': 'String',
    'organization_id': 'String',
    'role': 'String',
    'content': 'String',
    'created_at': 'String',
    'updated_at': 'String',
    'model_id': 'String',
    'provider': 'String',
    'input_tokens': 'Nullable(String)',
    'output_tokens': 'Nullable(String)',
    'latency_ms': 'Nullable(String)',
    'tools_called': 'String',
    'tool_success': 'String',
    'error_type': 'String',
    'metadata': 'String'
} -%}

with

records as (

    {{ visible_records('chat', 'chat_messages') }}

),

parsed as (

    select
        _run_key as conversation_id,
        record,
        load_order,
        {{ json_fields(fields) }} as fields,
        {{ parse_timestamp('fields.updated_at') }} as updated_at

    from records
    where _run_key != ''

),

-- A message is dumped again in every dump, and may have gained its tokens in between.
identified as (

    select
        *,
        if(fields.id != '', fields.id, lower(hex(SHA256(record)))) as message_id
    from parsed

),

stated as (

    select
        *,
        max(identified.updated_at) over (partition by conversation_id, message_id) as last_updated_at
    from identified

),

latest as (

    select
        conversation_id,
        message_id,
        {{ merged_copies(fields, 'message') }}
    from stated
    where updated_at is not distinct from last_updated_at
    group by conversation_id, message_id

),

renamed as (

    select
        ----------  ids
        conversation_id,
        message_id,
        message.user_id as user_id,
        message.organization_id as organization_id,
        JSONExtractString(message.metadata, 'response_id') as response_id,

        ----------  text
        lower(message.role) as role,
        message.content as content,
        message.model_id as model,
        lower(message.provider) as provider,
        message.error_type as error_type,
        message.tools_called as tools_called_json,

        ----------  numerics
        {{ parse_count('message.input_tokens') }} as input_tokens,
        {{ parse_count('message.output_tokens') }} as output_tokens,
        {{ parse_number('message.latency_ms') }} as latency_ms,

        ----------  booleans
        {{ parse_flag('message.tool_success') }} as is_tool_success,

        ----------  timestamps
        {{ parse_timestamp('message.created_at') }} as created_at

    from latest

)

select
    * except (created_at),
    assumeNotNull(renamed.created_at) as created_at
from renamed
where renamed.created_at is not null
