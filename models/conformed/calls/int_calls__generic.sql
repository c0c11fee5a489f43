with

calls as (

    select * from {{ ref('stg_generic__calls') }}

)

select
    ----------  ids
    calls.source as source,
    run_key,
    {{ run_id('calls.source', joined_id(['calls.run_id', 'calls.call_id'])) }} as call_id,
    {{ run_id('calls.source', 'calls.run_id') }} as run_id,
    coalesce(species_hash, '') as species_hash,
    user_id,
    team_id,
    if(calls.conversation_id = '', '', {{ run_id('calls.source', 'calls.conversation_id') }}) as conversation_id,
    -- In anyone's logs the id of a call is most often the provider's; a tool's own logs say which that is.
    arrayMap(
        id -> concat('response:', id),
        arrayFilter(id -> id != '', [
            if(calls.response_id = '' and calls.source = 'generic', calls.call_id, calls.response_id)
        ])
    ) as match_ids,
    arrayFilter(id -> id != '', [calls.copy_id]) as copy_ids,
    if(
        calls.copied_from_run_id is null,
        emptyArrayString(),
        [{{ run_id('calls.source', 'assumeNotNull(calls.copied_from_run_id)') }}]
    ) as copied_from_run_ids,

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
    greatest(coalesce(call_count, 1), 1) as logged_call_count,

    ----------  booleans
    is_cache_in_input,
    is_error,
    true as is_billable,
    toBool(logged_call_count > 1) as is_run_level,

    ----------  timestamps
    called_at

from calls
