with

calls as (

    select * from {{ ref('stg_generic__calls') }}

)

select
    ----------  ids
    'generic' as source,
    run_key,
    {{ run_id("'generic'", joined_id(['calls.run_id', 'calls.call_id'])) }} as call_id,
    {{ run_id("'generic'", 'calls.run_id') }} as run_id,
    coalesce(species_hash, '') as species_hash,
    user_id,
    team_id,
    if(calls.conversation_id = '', '', {{ run_id("'generic'", 'calls.conversation_id') }}) as conversation_id,
    [concat('response:', calls.call_id)] as match_ids,

    ----------  text
    step_name,
    'call' as call_kind,
    model,
    provider,
    service_tier,
    region,
    finish_reason,
    api_key_id,
    api_key_alias,
    tags,
    error_type,
    error_message,
    zero_cost_reason,

    ----------  numerics
    duration_ms,
    input_tokens as logged_input_tokens,
    cache_read_tokens,
    cache_write_5m_tokens,
    cache_write_1h_tokens,
    output_tokens,
    reasoning_tokens,
    usage_units,
    cost_usd as reported_cost_usd,
    evaluator_score,
    toUInt64(1) as logged_call_count,

    ----------  booleans
    is_cache_in_input,
    is_error,
    true as is_billable,

    ----------  timestamps
    called_at

from calls
