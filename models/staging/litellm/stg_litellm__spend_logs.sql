{{ config(enabled='litellm' in var('sources')) }}

with

requests as (

    select * from {{ ref('base_litellm__requests') }}

),

renamed as (

    select
        ----------  ids
        run_key,
        request_id,
        log.session_id as session_id,
        log.model_id as deployment_id,
        log.agent_id as agent_id,
        -- The hash of the key, never the key.
        if(startsWith(log.api_key, 'sk-'), lower(hex(SHA256(log.api_key))), log.api_key) as api_key_hash,
        if(log.user != '', log.user, metadata.user_api_key_user_id) as user_id,
        log.end_user as end_user_id,
        if(log.team_id != '', log.team_id, metadata.user_api_key_team_id) as team_id,
        if(log.organization_id != '', log.organization_id, metadata.user_api_key_org_id) as organization_id,
        metadata.user_api_key_project_id as project_id,

        ----------  text
        log.call_type as call_type,
        log.model as model,
        log.model_group as model_group,
        lower(log.custom_llm_provider) as provider,
        metadata.user_api_key_alias as key_alias,
        metadata.user_api_key_team_alias as team_alias,
        metadata.user_api_key_project_alias as project_alias,
        log.mcp_namespaced_tool_name as mcp_tool_name,
        -- The tier and place that LiteLLM priced.
        lower(metadata.cost_breakdown.service_tier) as service_tier,
        lower(coalesce(nullIf(metadata.cost_breakdown.data_residency, ''), metadata.cost_breakdown.vertex_location)) as region,
        coalesce(
            nullIf(JSONExtractString(response_json, 'choices', 1, 'finish_reason'), ''),
            JSONExtractString(response_json, 'stop_reason')
        ) as finish_reason,
        -- Stored only where the proxy is set up for it; else an empty object.
        if(log.messages in ('{}', '[]', 'null'), '', log.messages) as messages_text,
        metadata.error_information.error_code as error_code,
        metadata.error_information.error_class as error_class,
        metadata.error_information.error_message as error_message,

        ----------  arrays
        -- A request of several tags stays one row.
        arraySort(arrayDistinct(JSONExtract(tags_json, 'Array(String)'))) as tags,

        ----------  numerics
        {{ parse_money('log.spend') }} as spend_usd,
        if(is_measured, said_prompt_tokens, null) as prompt_tokens,
        if(is_measured, said_completion_tokens, null) as completion_tokens,
        -- The same counter under the names of Anthropic, OpenAI and DeepSeek, in two places: the largest is it.
        greatest(
            usage.cache_read_input_tokens,
            usage.prompt_tokens_details.cached_tokens,
            usage.prompt_cache_hit_tokens,
            more_usage.prompt_cache_hit_tokens,
            more_usage.cache_read_input_tokens,
            more_usage.prompt_tokens_details.cached_tokens
        ) as cache_read_tokens,
        greatest(
            usage.cache_creation_input_tokens,
            usage.prompt_tokens_details.cache_creation_tokens,
            usage.prompt_tokens_details.cache_write_tokens,
            more_usage.cache_creation_input_tokens,
            more_usage.prompt_tokens_details.cache_creation_tokens,
            more_usage.prompt_tokens_details.cache_write_tokens
        ) as cache_write_tokens,
        greatest(
            usage.prompt_tokens_details.cache_creation_token_details.ephemeral_1h_input_tokens,
            more_usage.prompt_tokens_details.cache_creation_token_details.ephemeral_1h_input_tokens
        ) as cache_write_1h_tokens,
        greatest(
            usage.completion_tokens_details.reasoning_tokens,
            more_usage.completion_tokens_details.reasoning_tokens
        ) as reasoning_tokens,
        cast(
            mapFilter(
                (unit, amount) -> amount > 0,
                map(
                    'audio_input_tokens', usage.prompt_tokens_details.audio_tokens,
                    'audio_output_tokens', usage.completion_tokens_details.audio_tokens,
                    'web_search', usage.server_tool_use.web_search_requests
                )
            ),
            'Map(String, Decimal(38, 12))'
        ) as usage_units,
        {{ parse_number('log.request_duration_ms') }} as logged_duration_ms,

        ----------  booleans
        -- Python's str() of a flag that may be None.
        toBool(lower(log.cache_hit) = 'true') as is_cache_hit,
        -- Older schemas have the status in `metadata` alone.
        toBool(lower(log.status) = 'failure' or lower(metadata.status) = 'failure') as is_error,

        ----------  timestamps
        {{ parse_timestamp('log.startTime') }} as started_at,
        {{ parse_timestamp('log.completionStartTime') }} as first_token_at,
        {{ parse_timestamp('log.endTime') }} as logged_ended_at

    from requests

)

select
    * except (started_at, logged_ended_at, logged_duration_ms),
    assumeNotNull(renamed.started_at) as started_at,
    coalesce(renamed.logged_ended_at, assumeNotNull(renamed.started_at)) as ended_at,
    -- Older schemas have no duration.
    coalesce(
        renamed.logged_duration_ms,
        toFloat64(dateDiff('millisecond', renamed.started_at, renamed.logged_ended_at))
    ) as duration_ms
from renamed
where renamed.started_at is not null
