{{ config(enabled='codex' in var('sources')) }}

with

calls as (

    select * from {{ ref('stg_codex__calls') }}

)

select
    ----------  ids
    'codex' as source,
    session_id as run_key,
    {{ run_id("'codex'", "concat(session_id, '/', turn_id)") }} as call_id,
    {{ run_id("'codex'", 'session_id') }} as run_id,
    -- The client has one system prompt; the main setting is the model.
    lower(hex(sipHash64('codex', model))) as species_hash,

    ----------  text
    'agent' as call_kind,
    model,
    provider,

    ----------  numerics
    input_tokens as logged_input_tokens,
    cached_input_tokens as cache_read_tokens,
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
