{{ config(enabled='chat' in var('sources')) }}

with

messages as (

    select * from {{ ref('stg_chat__messages') }}

),

-- A message is about the answer before it as much as for the one that follows; who reads a model's figures asks
-- how its users speak to it, so the next answer's model counts.
answered as (

    select
        *,
        row_number() over (partition by conversation_id order by created_at, message_id) as message_number,
        minIf((created_at, message_id), role = 'assistant' and model != '') over (
            partition by conversation_id
            order by created_at, message_id
            rows between 1 following and unbounded following
        ) as answer
    from messages

)

select
    ----------  ids
    'chat' as source,
    answered.conversation_id as run_key,
    {{ run_id("'chat'", id_within_run('answered.conversation_id', 'message_id')) }} as message_id,
    {{ run_id("'chat'", 'answered.conversation_id') }} as conversation_id,
    {{ run_id("'chat'", 'answered.conversation_id') }} as run_id,
    if(
        answer.2 = '',
        '',
        {{ run_id("'chat'", id_within_run('answered.conversation_id', 'answer.2')) }}
    ) as answer_call_id,

    ----------  text
    content as text,

    ----------  numerics
    message_number,

    ----------  timestamps
    created_at as sent_at

from answered
where role = 'user'
