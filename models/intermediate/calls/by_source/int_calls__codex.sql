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
    '' as user_id,
    '' as team_id,
    '' as organization_id,
    '' as conversation_id,
    emptyArrayString() as match_ids,
    emptyArrayString() as copy_ids,
    '' as copied_from_run_id,

    ----------  text
    '' as step_name,
    'agent' as call_kind,
    model,
    provider,
    '' as error_type,
    '' as error_message,

    ----------  numerics
    cast(null as Nullable(Float64)) as duration_ms,
    input_tokens as logged_input_tokens,
    cached_input_tokens as cache_read_tokens,
    toUInt64(0) as cache_write_5m_tokens,
    toUInt64(0) as cache_write_1h_tokens,
    output_tokens,
    reasoning_output_tokens as reasoning_tokens,
    cast(null as Nullable(Decimal(18, 12))) as reported_cost_usd,
    cast(null as Nullable(UInt32)) as candidate_index,
    toUInt32(0) as reforge_step,
    cast(null as Nullable(Float64)) as evaluator_score,
    toUInt64(1) as logged_call_count,

    ----------  booleans
    -- OpenAI's API counts cached tokens as a part of input_tokens, and the client copies its counts.
    cast(true as Nullable(Bool)) as is_cache_in_input,
    false as is_error,
    true as is_billable,
    false as is_run_level,
    cast(null as Nullable(Bool)) as is_winner,

    ----------  timestamps
    called_at

from calls
