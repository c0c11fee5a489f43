with

calls as (

    select * from {{ ref('stg_generic__calls') }}

)

select
    ----------  ids
    'generic' as source,
    run_key,
    {{ run_id("'generic'", "concat(calls.run_id, '/', calls.call_id)") }} as call_id,
    {{ run_id("'generic'", 'calls.run_id') }} as run_id,
    coalesce(species_hash, '') as species_hash,
    user_id,
    team_id,
    '' as organization_id,
    if(calls.conversation_id = '', '', {{ run_id("'generic'", 'calls.conversation_id') }}) as conversation_id,
    [concat('response:', calls.call_id)] as match_ids,
    emptyArrayString() as copy_ids,
    '' as copied_from_run_id,

    ----------  text
    step_name,
    'call' as call_kind,
    model,
    provider,
    error_type,
    error_message,

    ----------  numerics
    duration_ms,
    input_tokens as logged_input_tokens,
    cache_read_tokens,
    cache_write_5m_tokens,
    cache_write_1h_tokens,
    output_tokens,
    reasoning_tokens,
    cost_usd as reported_cost_usd,
    cast(null as Nullable(UInt32)) as candidate_index,
    toUInt32(0) as reforge_step,
    evaluator_score,
    toUInt64(1) as logged_call_count,

    ----------  booleans
    is_cache_in_input,
    is_error,
    true as is_billable,
    false as is_run_level,
    cast(null as Nullable(Bool)) as is_winner,

    ----------  timestamps
    called_at

from calls
