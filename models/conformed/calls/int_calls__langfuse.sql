{{ config(enabled='langfuse' in var('sources')) }}

with

observations as (

    select * from {{ ref('stg_langfuse__observations') }}
    -- Agents, chains and spans around a generation may repeat its usage: they are no calls.
    where observation_type in ('GENERATION', 'EMBEDDING')

),

traces as (

    select * from {{ ref('stg_langfuse__traces') }}

)

select
    ----------  ids
    'langfuse' as source,
    observations.run_key as run_key,
    {{ run_id("'langfuse'", 'observations.observation_id') }} as call_id,
    {{ run_id("'langfuse'", 'observations.run_key') }} as run_id,
    -- A version of a prompt that Langfuse manages.
    if(
        observations.prompt_name = '',
        '',
        lower(hex(sipHash64('langfuse', observations.prompt_name, observations.prompt_version)))
    ) as species_hash,
    if(observations.user_id != '', observations.user_id, traces.user_id) as user_id,
    if(
        coalesce(nullIf(observations.session_id, ''), traces.session_id) = '',
        '',
        {{ run_id("'langfuse'", "coalesce(nullIf(observations.session_id, ''), traces.session_id)") }}
    ) as conversation_id,
    arrayFilter(
        match_id -> match_id != '',
        [
            if(observations.response_id = '', '', concat('response:', observations.response_id)),
            -- Since its SDKs speak OpenTelemetry, an observation's id is its span's.
            if(match(observations.observation_id, '^[0-9a-f]{16}$'), concat('span:', observations.observation_id), '')
        ]
    ) as match_ids,

    ----------  text
    observations.observation_name as step_name,
    lower(observations.observation_type) as call_kind,
    observations.model as model,
    observations.provider as provider,
    if(observations.is_error, 'error', '') as error_type,
    if(observations.is_error, observations.status_message, '') as error_message,

    ----------  numerics
    if(
        observations.ended_at is null,
        null,
        toFloat64(dateDiff('millisecond', observations.started_at, observations.ended_at))
    ) as duration_ms,
    observations.logged_input_tokens as logged_input_tokens,
    observations.cache_read_tokens as cache_read_tokens,
    observations.cache_write_5m_tokens as cache_write_5m_tokens,
    observations.cache_write_1h_tokens as cache_write_1h_tokens,
    observations.output_tokens as output_tokens,
    observations.reasoning_tokens as reasoning_tokens,
    observations.cost_usd as reported_cost_usd,
    toUInt64(1) as logged_call_count,

    ----------  booleans
    -- Langfuse's details are disjoint: its ingestion takes `input_cached_tokens` and the like out of
    -- `input` (OpenAICompletionUsageSchema in packages/shared/src/server/ingestion/types.ts).
    observations.is_cache_in_input as is_cache_in_input,
    observations.is_error as is_error,
    true as is_billable,

    ----------  timestamps
    observations.started_at as called_at

from observations
left join traces
    on observations.run_key = traces.run_key
