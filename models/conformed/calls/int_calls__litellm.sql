{{ config(enabled='litellm' in var('sources')) }}

with

logs as (

    select * from {{ ref('stg_litellm__spend_logs') }}

)

select
    ----------  ids
    'litellm' as source,
    run_key,
    {{ run_id("'litellm'", 'request_id') }} as call_id,
    {{ run_id("'litellm'", 'run_key') }} as run_id,
    if(user_id != '', user_id, end_user_id) as user_id,
    team_id,
    organization_id,
    -- The id of the provider's answer, or LiteLLM's own for answers that it rewrites; into those of the
    -- Responses API it packs the provider's. A cache hit has the first call's id with a suffix, and is
    -- another call.
    if(
        is_cache_hit,
        emptyArrayString(),
        arrayMap(
            response_id -> concat('response:', response_id),
            arrayFilter(
                response_id -> response_id != '',
                [logs.request_id, if(startsWith(logs.request_id, 'resp_'), extract(tryBase64Decode(substring(logs.request_id, 6)), 'response_id:(.+)$'), '')]
            )
        )
    ) as match_ids,

    ----------  text
    multiIf(
        is_cache_hit, 'cache_hit',
        mcp_tool_name != '', 'tool',
        call_type like '%embedding%', 'embedding',
        call_type in ('completion', 'acompletion', 'anthropic_messages', 'aresponses', 'responses', 'generate_content', 'agenerate_content'), 'chat',
        call_type
    ) as call_kind,
    model,
    service_tier,
    region,
    finish_reason,
    api_key_hash as api_key_id,
    key_alias as api_key_alias,
    team_alias,
    tags,
    -- An answer out of LiteLLM's own cache: no provider saw it.
    if(is_cache_hit, 'cache_hit', '') as zero_cost_reason,
    -- The price book's names of two platforms.
    multiIf(provider = 'gemini', 'google', provider like 'bedrock%', 'bedrock', provider) as provider,
    multiIf(error_class != '', error_class, error_code != '', error_code, is_error, 'failure', '') as error_type,
    error_message,

    ----------  numerics
    duration_ms,
    prompt_tokens as logged_input_tokens,
    cache_read_tokens,
    -- Without a break-down by lifetime a cache write is the default, 5 minutes.
    toUInt64(cache_write_tokens - least(cache_write_tokens, cache_write_1h_tokens)) as cache_write_5m_tokens,
    cache_write_1h_tokens,
    completion_tokens as output_tokens,
    reasoning_tokens,
    usage_units,
    -- A spend below zero is nothing that anybody was billed: unknown, and computed where there is a price.
    multiIf(
        spend_usd < 0, null,
        spend_usd is null and is_error and prompt_tokens is null, 0,
        spend_usd
    ) as reported_cost_usd,
    toUInt64(1) as logged_call_count,

    ----------  booleans
    -- LiteLLM gives every provider's usage OpenAI's meaning: its `AnthropicConfig.calculate_usage` adds
    -- cache reads and writes to the input, and its logs of Anthropic's own route come through it too
    -- (1.106, tried). A version that does not has more cached tokens than prompt tokens.
    cast(
        toBool(cache_read_tokens + cache_write_tokens <= coalesce(prompt_tokens, 0)) as Nullable(Bool)
    ) as is_cache_in_input,
    is_error,
    -- An answer out of LiteLLM's own cache: no provider saw it, nobody bills it, its spend is 0. Nor does
    -- anybody bill a request that failed before any token was used.
    -- What the proxy says an answer from its cache cost was billed to somebody.
    toBool((not is_cache_hit or coalesce(spend_usd, 0) > 0) and (not is_error or prompt_tokens is not null)) as is_billable,

    ----------  timestamps
    started_at as called_at

from logs
-- A tool that the gateway calls is no model call; one with a cost is kept for the cost.
where
    mcp_tool_name = ''
    or coalesce(spend_usd, 0) != 0
