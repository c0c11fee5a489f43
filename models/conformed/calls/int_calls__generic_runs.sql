with

runs as (

    select * from {{ ref('stg_generic__runs') }}

),

calls as (

    select * from {{ ref('stg_generic__calls') }}

)

-- A run of which only the total is known enters the call grain once, so that everything that sums
-- calls still adds up. One whose calls were loaded too is described by them.
select
    ----------  ids
    runs.source as source,
    runs.run_id as run_key,
    {{ run_id('runs.source', joined_id(['runs.run_id', "'run'"])) }} as call_id,
    {{ run_id('runs.source', 'runs.run_id') }} as run_id,
    coalesce(species_hash, '') as species_hash,
    user_id,
    team_id,

    ----------  text
    'run' as call_kind,
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
    quality_score as evaluator_score,
    coalesce(call_count, 1) as logged_call_count,

    ----------  booleans
    is_cache_in_input,
    toBool(error_count > 0) as is_error,
    true as is_billable,
    true as is_run_level,

    ----------  timestamps
    -- The day a cost falls on is the day the run ended, as in the log.
    ended_at as called_at

from runs
where
    (runs.source, runs.run_id) not in (
        select
            calls.source,
            calls.run_id
        from calls
    )
