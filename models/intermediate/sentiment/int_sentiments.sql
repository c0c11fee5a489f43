{{ config(order_by='(run_id, message_id)') }}

with

messages as (

    select * from {{ ref('int_message_sentiments') }}

),

merged_calls as (

    select * from {{ ref('int_call_merges') }}

),

merged_runs as (

    select * from {{ ref('int_merged_runs') }}

)

-- Only what was scored is compared with what the same conversation said before.
select
    messages.message_id as message_id,
    messages.source as source,
    messages.conversation_id as conversation_id,
    messages.language as language,
    messages.scorer_version as scorer_version,
    messages.message_number as message_number,
    messages.word_count as word_count,
    messages.sentiment_score as sentiment_score,
    messages.is_short as is_short,
    messages.sent_at as sent_at,
    if(merged_runs.run_id != '', merged_runs.kept_run_id, messages.run_id) as run_id,
    if(merged_calls.call_id != '', merged_calls.kept_call_id, messages.answer_call_id) as call_id,
    toBool(
        messages.message_number = max(messages.message_number) over (partition by messages.conversation_id)
    ) as is_last_of_conversation,
    messages.sentiment_score - anyLast(messages.sentiment_score) over (
        partition by messages.conversation_id
        order by messages.message_number
        rows between unbounded preceding and 1 preceding
    ) as change_from_previous
from messages
left join merged_calls
    on messages.answer_call_id = merged_calls.call_id
left join merged_runs
    on messages.run_id = merged_runs.run_id
