{{ config(enabled='chat' in var('sources')) }}

with

messages as (

    select * from {{ ref('stg_chat__messages') }}
    where role = 'assistant' and model != ''

)

select
    ----------  ids
    'chat' as source,
    messages.conversation_id as run_key,
    {{ run_id("'chat'", id_within_run('messages.conversation_id', 'message_id')) }} as call_id,
    {{ run_id("'chat'", 'messages.conversation_id') }} as run_id,
    -- Only the model is logged of a chat's prompt and settings.
    lower(hex(sipHash64('chat', model))) as species_hash,
    user_id,
    organization_id,
    {{ run_id("'chat'", 'messages.conversation_id') }} as conversation_id,
    if(response_id = '', emptyArrayString(), [concat('response:', response_id)]) as match_ids,

    ----------  text
    'chat' as call_kind,
    model,
    provider,
    error_type,

    ----------  numerics
    latency_ms as duration_ms,
    coalesce(input_tokens, 0) as logged_input_tokens,
    coalesce(messages.output_tokens, 0) as output_tokens,
    toUInt64(1) as logged_call_count,

    ----------  booleans
    -- Document E counts one kind of input token, so there are no others.
    cast(true as Nullable(Bool)) as is_cache_in_input,
    toBool(error_type != '') as is_error,
    true as is_billable,

    ----------  timestamps
    created_at as called_at

from messages
