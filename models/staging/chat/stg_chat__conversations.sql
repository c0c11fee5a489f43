{{ config(enabled='chat' in var('sources')) }}

{%- set fields = {
    'user_id': 'String',
    'organization_id': 'String',
    'created_at': 'String',
    'updated_at': 'String',
    'session_id': 'String',
    'experiment_name': 'String',
    'is_widget_session': 'String'
} -%}

with

records as (

    {{ visible_records('chat', 'chat_conversations') }}

),

parsed as (

    select
        _run_key as conversation_id,
        load_order,
        {{ json_fields(fields) }} as fields,
        {{ parse_timestamp('fields.updated_at') }} as updated_at

    from records
    where _run_key != ''

),

stated as (

    select
        *,
        max(parsed.updated_at) over (partition by conversation_id) as last_updated_at
    from parsed

),

latest as (

    select
        conversation_id,
        {{ merged_copies(fields, 'conversation') }}
    from stated
    where updated_at is not distinct from last_updated_at
    group by conversation_id

),

renamed as (

    select
        ----------  ids
        conversation_id,
        conversation.user_id as user_id,
        conversation.organization_id as organization_id,
        conversation.session_id as session_id,

        ----------  text
        conversation.experiment_name as experiment_name,

        ----------  booleans
        coalesce({{ parse_flag('conversation.is_widget_session') }}, false) as is_widget_session,

        ----------  timestamps
        {{ parse_timestamp('conversation.created_at') }} as created_at

    from latest

)

select * from renamed
