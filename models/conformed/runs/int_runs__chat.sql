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
        argMinIf(content, (created_at, message_id), role = 'user') as first_question,
        countIf(error_type != '') as error_count,
        -- People pause between messages, so only the time of the answers counts. A decimal, because a sum
        -- of floats differs in the last digit with the order of the rows.
        toFloat64(sum(toDecimal128(messages.latency_ms, 3))) as latency_ms,
        min(created_at) as first_message_at,
        max(created_at) as last_message_at

    from messages
    group by conversation_id

),

-- A conversation may be known from its own row, from its messages, or from both; both are read once.
conversation_ids as (

    select run_key as conversation_id from {{ ref('stg_chat__run_versions') }}

)

select
    ----------  ids
    'chat' as source,
    conversation_ids.conversation_id as run_key,
    {{ run_id("'chat'", 'conversation_ids.conversation_id') }} as run_id,
    conversation_ids.conversation_id as source_run_id,
    -- The workflow is the chat, or the widget on a page.
    if(conversations.is_widget_session, 'chat widget', 'chat') as workflow_id,

    ----------  text
    -- A conversation is never closed: it ends with its last message.
    if(talks.conversation_id = '', 'unknown', 'completed') as status,
    if(conversations.is_widget_session, 'widget', 'ui') as origin,
    if(conversations.user_id != '', conversations.user_id, talks.user_id) as user_id,
    if(conversations.organization_id != '', conversations.organization_id, talks.organization_id) as organization_id,
    {{ run_id("'chat'", 'conversation_ids.conversation_id') }} as conversation_id,
    conversations.experiment_name as experiment_name,
    conversations.session_id as variant,
    talks.first_question as input_text,

    ----------  numerics
    cast(talks.error_count as Nullable(UInt64)) as logged_error_count,
    if(talks.conversation_id = '', null, talks.latency_ms) as logged_duration_ms,

    ----------  timestamps
    if(
        talks.conversation_id = '',
        coalesce(conversations.created_at, toDateTime64(0, 3, 'UTC')),
        least(coalesce(conversations.created_at, talks.first_message_at), talks.first_message_at)
    ) as started_at,
    -- A conversation without a message is no run.
    if(talks.conversation_id = '', null, talks.last_message_at) as ended_at

from conversation_ids
left join conversations
    on conversation_ids.conversation_id = conversations.conversation_id
left join talks
    on conversation_ids.conversation_id = talks.conversation_id
where conversations.conversation_id != '' or talks.conversation_id != ''
