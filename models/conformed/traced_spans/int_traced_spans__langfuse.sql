{{ config(enabled='langfuse' in var('sources')) }}

with

usages as (

    select * from {{ ref('stg_langfuse__usages') }}

)

select
    ----------  ids
    'langfuse' as source,
    run_key,
    observation_id as span_id,
    parent_observation_id as parent_span_id,
    response_id as answer_id,
    arrayFilter(
        match_id -> match_id != '',
        [
            if(usages.response_id = '', '', concat('response:', usages.response_id)),
            -- Since its SDKs speak OpenTelemetry, an observation's id is its span's.
            if(match(usages.observation_id, '^[0-9a-f]{16}$'), concat('span:', usages.observation_id), '')
        ]
    ) as match_ids,
    user_id,
    JSONExtractString(metadata_json, 'user_api_key_team_id') as team_id,
    session_id as conversation_id,
    JSONExtractString(metadata_json, 'user_api_key_hash') as api_key_id,
    -- A version of a prompt that Langfuse manages.
    if(prompt_name = '', '', lower(hex(sipHash64('langfuse', prompt_name, prompt_version)))) as species_hash,

    ----------  text
    multiIf(
        observation_type in ('GENERATION', 'EMBEDDING'), 'call',
        observation_type = 'TOOL', 'tool',
        observation_type in ('', 'EVENT'), '',
        'step'
    ) as span_role,
    observation_name as span_name,
    if(span_role = 'step', observation_name, '') as step_name,
    lower(observation_type) as call_kind,
    model,
    {{ billing_provider('provider') }} as provider,
    lower(coalesce(
        nullIf(JSONExtractString(attributes_json, 'openai.response.service_tier'), ''),
        nullIf(JSONExtractString(attributes_json, 'gen_ai.openai.response.service_tier'), ''),
        nullIf(JSONExtractString(model_parameters_json, 'service_tier'), 'auto'),
        ''
    )) as service_tier,
    JSONExtract(attributes_json, 'gen_ai.response.finish_reasons', 'Array(String)')[1] as finish_reason,
    JSONExtractString(metadata_json, 'user_api_key_alias') as api_key_alias,
    if(is_error, 'error', '') as error_type,
    if(is_error, status_message, '') as error_message,

    ----------  numerics
    if(
        usages.ended_at is null,
        null,
        toFloat64(dateDiff('millisecond', usages.started_at, usages.ended_at))
    ) as duration_ms,
    logged_input_tokens as input_tokens,
    cache_read_tokens,
    cache_write_5m_tokens,
    cache_write_1h_tokens,
    output_tokens,
    reasoning_tokens,
    usage_units,
    cost_usd as reported_cost_usd,

    ----------  booleans
    -- Langfuse's details are disjoint: its ingestion takes `input_cached_tokens` and the like out of
    -- `input` (OpenAICompletionUsageSchema in packages/shared/src/server/ingestion/types.ts).
    is_cache_in_input,
    is_error,

    ----------  timestamps
    toDateTime64(started_at, 9, 'UTC') as started_at

from usages
