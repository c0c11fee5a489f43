{{ config(enabled='chat' in var('sources')) }}

with

conversations as (

    select * from {{ ref('stg_chat__conversations') }}

),

messages as (

    select * from {{ ref('stg_chat__messages') }}

),

talks as (

    select
        conversation_id,
        argMinIf(user_id, (created_at, message_id), user_id != '') as user_id,
        argMinIf(organization_id, (created_at, message_id), organization_id != '') as organization_id,
        count() as message_count,
        min(created_at) as first_message_at

    from messages
    group by conversation_id

),

conversation_ids as (

    select conversation_id from conversations

    union distinct

    select conversation_id from talks

)

select
    'chat' as source,
    conversation_ids.conversation_id as run_key,
    {{ run_id("'chat'", 'conversation_ids.conversation_id') }} as conversation_id,
    {{ run_id("'chat'", 'conversation_ids.conversation_id') }} as run_id,
    if(conversations.user_id != '', conversations.user_id, talks.user_id) as user_id,
    if(conversations.organization_id != '', conversations.organization_id, talks.organization_id) as organization_id,
    conversations.experiment_name as experiment_name,
    conversations.session_id as variant,
    talks.message_count as message_count,
    conversations.is_widget_session as is_widget,
    coalesce(
        conversations.created_at,
        talks.first_message_at
    ) as started_at
from conversation_ids
left join conversations
    on conversation_ids.conversation_id = conversations.conversation_id
left join talks
    on conversation_ids.conversation_id = talks.conversation_id
