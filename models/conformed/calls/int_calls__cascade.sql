with

logs as (

    select * from {{ ref('stg_cascade__logs') }}
    where model != ''

)

select
    ----------  ids
    'cascade' as source,
    session_id as run_key,
    {{ run_id("'cascade'", "concat(session_id, '/', message_id)") }} as call_id,
    {{ run_id("'cascade'", 'session_id') }} as run_id,
    coalesce(species_hash, '') as species_hash,

    ----------  text
    cell_name as step_name,
    node_type as call_kind,
    model,
    provider,
    error_type,
    error_message,

    ----------  numerics
    duration_ms,
    input_tokens as logged_input_tokens,
    output_tokens,
    cost_usd as reported_cost_usd,
    candidate_index,
    reforge_step,
    evaluator_score,
    toUInt64(1) as logged_call_count,

    ----------  booleans
    toBool(error_type != '') as is_error,
    true as is_billable,
    is_winner,

    ----------  timestamps
    logged_at as called_at

from logs
