{{ config(enabled='codex' in var('sources')) }}

with

calls as (

    select
        *,
        if(thread_id = '', session_id, thread_id) as owner_id,
        -- What is known to be copied has its thread of origin; else the turn, too, has to be the same.
        is_inherited or not has_known_start as may_be_copied,
        -- The thread itself may have come to a total that the history before it has, too.
        is_inherited and count() over (partition by session_id, count_id) > 1 as has_twin

    from {{ ref('int_codex__answers') }}

)

select
    ----------  ids
    'codex' as source,
    session_id as run_key,
    {{ run_id("'codex'", joined_id(['session_id', 'answer_id'])) }} as call_id,
    {{ run_id("'codex'", 'session_id') }} as run_id,
    -- The client has one system prompt, so the species is the model.
    lower(hex(sipHash64('codex', model))) as species_hash,
    if(response_id = '', emptyArrayString(), [concat('response:', response_id)]) as match_ids,
    arrayConcat(
        if(response_id = '', emptyArrayString(), [{{ joined_id(['owner_id', 'response_id']) }}]),
        arrayMap(
            thread -> concat(thread, '#', count_id),
            if(
                count_id = '',
                emptyArrayString(),
                arrayConcat(
                    if(has_twin, [], [session_id]),
                    if(is_inherited and has_known_start, ancestor_ids, [])
                )
            )
        ),
        arrayMap(
            thread -> concat(thread, '#', turn_id, '#', count_id),
            if(
                count_id = '',
                emptyArrayString(),
                arrayConcat(if(has_twin, [], [session_id]), if(has_known_start, [], ancestor_ids))
            )
        )
    ) as copy_ids,
    arrayMap(
        thread -> {{ run_id("'codex'", 'thread') }},
        if(may_be_copied, arrayConcat(ancestor_ids, if(owner_id = session_id, [], [owner_id])), [])
    ) as copied_from_run_ids,

    ----------  text
    'agent' as call_kind,
    model,
    provider,
    -- What the client calls fast is the API's priority.
    if(service_tier = 'fast', 'priority', service_tier) as service_tier,

    ----------  numerics
    input_tokens as logged_input_tokens,
    cached_input_tokens as cache_read_tokens,
    cache_write_input_tokens as cache_write_5m_tokens,
    output_tokens,
    reasoning_output_tokens as reasoning_tokens,
    toUInt64(1) as logged_call_count,

    ----------  booleans
    -- OpenAI's API counts cached tokens as a part of input_tokens, and the client copies its counts.
    cast(true as Nullable(Bool)) as is_cache_in_input,
    true as is_billable,

    ----------  timestamps
    called_at

from calls
