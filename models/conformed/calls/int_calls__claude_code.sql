with

calls as (

    select * from {{ ref('stg_claude_code__calls') }}

),

agents as (

    select * from {{ ref('int_claude_code__agents') }}

)

select
    ----------  ids
    'claude_code' as source,
    calls.session_id as run_key,
    {{ run_id("'claude_code'", "concat(calls.session_id, '/', calls.message_id)") }} as call_id,
    agents.run_id as run_id,
    -- The system prompt is the agent type's, the main setting the model.
    lower(hex(sipHash64('claude_code', agents.agent_type, calls.model))) as species_hash,
    -- The provider's id of the answer, as its gateways and tracers log it too.
    [concat('response:', calls.message_id)] as match_ids,

    ----------  text
    if(calls.agent_id = '', 'agent', 'sub_agent') as call_kind,
    calls.model as model,
    'anthropic' as provider,
    if(calls.is_api_error, 'api_error', '') as error_type,

    ----------  numerics
    calls.uncached_input_tokens as logged_input_tokens,
    calls.cache_read_tokens as cache_read_tokens,
    -- Without a break-down by lifetime a cache write is the default, 5 minutes.
    toUInt64(
        calls.cache_write_tokens - least(calls.cache_write_tokens, calls.cache_write_1h_tokens)
    ) as cache_write_5m_tokens,
    calls.cache_write_1h_tokens as cache_write_1h_tokens,
    calls.output_tokens as output_tokens,
    toUInt64(1) as logged_call_count,

    ----------  booleans
    cast(false as Nullable(Bool)) as is_cache_in_input,
    calls.is_api_error as is_error,
    -- `<synthetic>` is the client talking to itself: nobody bills it.
    toBool(calls.model != '<synthetic>') as is_billable,

    ----------  timestamps
    calls.called_at as called_at

from calls
inner join agents
    on
        calls.session_id = agents.session_id
        and calls.agent_id = agents.agent_id
