with

logs as (

    -- A tool or an evaluator has no model, but may have a cost, tokens, a score or a verdict.
    select * from {{ ref('int_cascade__logs') }}
    where
        model != ''
        or coalesce(cost_usd, 0) != 0
        or input_tokens + output_tokens > 0
        or evaluator_score is not null
        or candidate_index is not null

)

select
    ----------  ids
    'cascade' as source,
    session_id as run_key,
    {{ run_id("'cascade'", joined_id(['session_id', 'message_id'])) }} as call_id,
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
    toBool(model != '' or coalesce(cost_usd, 0) != 0) as is_billable,
    is_winner,

    ----------  timestamps
    logged_at as called_at

from logs
