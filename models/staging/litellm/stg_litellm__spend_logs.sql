{{ config(enabled='litellm' in var('sources')) }}

with

records as (

    select * from {{ ref('base_litellm__spend_logs') }}

),

parsed as (

    select
        run_key,
        record,
        {{ json_fields({
            'request_id': 'String',
            'call_type': 'String',
            'api_key': 'String',
            'spend': 'Nullable(String)',
            'prompt_tokens': 'Nullable(String)',
            'completion_tokens': 'Nullable(String)',
            'startTime': 'String',
            'endTime': 'String',
            'request_duration_ms': 'Nullable(String)',
            'completionStartTime': 'String',
            'model': 'String',
            'model_id': 'String',
            'model_group': 'String',
            'custom_llm_provider': 'String',
            'user': 'String',
            'metadata': 'String',
            'cache_hit': 'String',
            'request_tags': 'String',
            'team_id': 'String',
            'organization_id': 'String',
            'end_user': 'String',
            'messages': 'String',
            'session_id': 'String',
            'status': 'String',
            'mcp_namespaced_tool_name': 'String',
            'agent_id': 'String'
        }) }} as fields

    from records

),

-- Dumps overlap, and a dump and the table in place do: a request is one row, in its last state.
deduplicated as (

    select
        run_key,
        fields.request_id as request_id,
        argMax(fields, (coalesce({{ parse_timestamp('fields.endTime') }}, toDateTime64(0, 3, 'UTC')), record)) as log
    from parsed
    where fields.request_id != ''
    group by run_key, request_id

),

-- JSON columns arrive as objects, as their text, and as text of the text (a JSON string in Parquet).
unpacked as (

    select
        run_key,
        request_id,
        log,
        JSONExtract(
            if(startsWith(log.metadata, '"'), JSONExtractString(log.metadata), log.metadata),
            'Tuple(
                status String,
                user_api_key_alias String,
                user_api_key_team_id String,
                user_api_key_team_alias String,
                user_api_key_org_id String,
                user_api_key_user_id String,
                user_api_key_project_id String,
                user_api_key_project_alias String,
                error_information Tuple(error_code String, error_class String, error_message String),
                usage_object Tuple(
                    cache_read_input_tokens UInt64,
                    cache_creation_input_tokens UInt64,
                    prompt_tokens_details Tuple(
                        cached_tokens UInt64,
                        cache_write_tokens UInt64,
                        cache_creation_tokens UInt64,
                        cache_creation_token_details Tuple(ephemeral_1h_input_tokens UInt64)
                    ),
                    completion_tokens_details Tuple(reasoning_tokens UInt64)
                ),
                additional_usage_values Tuple(
                    cache_read_input_tokens UInt64,
                    cache_creation_input_tokens UInt64,
                    prompt_tokens_details Tuple(
                        cached_tokens UInt64,
                        cache_write_tokens UInt64,
                        cache_creation_tokens UInt64,
                        cache_creation_token_details Tuple(ephemeral_1h_input_tokens UInt64)
                    ),
                    completion_tokens_details Tuple(reasoning_tokens UInt64)
                )
            )'
        ) as metadata,
        metadata.usage_object as usage,
        metadata.additional_usage_values as more_usage,
        if(startsWith(log.request_tags, '"'), JSONExtractString(log.request_tags), log.request_tags) as tags_json

    from deduplicated

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
        log.api_key as api_key_hash,
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
        -- Stored only where the proxy is told to; else an empty object.
        if(log.messages in ('{}', '[]', 'null'), '', log.messages) as messages_text,
        metadata.error_information.error_code as error_code,
        metadata.error_information.error_class as error_class,
        metadata.error_information.error_message as error_message,

        ----------  arrays
        -- A request of several tags stays one row.
        arraySort(arrayDistinct(JSONExtract(tags_json, 'Array(String)'))) as tags,

        ----------  numerics
        {{ parse_money('log.spend') }} as spend_usd,
        coalesce({{ parse_count('log.prompt_tokens') }}, 0) as prompt_tokens,
        coalesce({{ parse_count('log.completion_tokens') }}, 0) as completion_tokens,
        -- The same counter under the names of Anthropic and of OpenAI, in two places: the largest is it.
        greatest(
            usage.cache_read_input_tokens,
            usage.prompt_tokens_details.cached_tokens,
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
        toFloat64OrNull(log.request_duration_ms) as logged_duration_ms,

        ----------  booleans
        -- Python's str() of a flag that may be None.
        toBool(lower(log.cache_hit) = 'true') as is_cache_hit,
        -- Older schemas have the status in `metadata` alone.
        toBool(lower(log.status) = 'failure' or lower(metadata.status) = 'failure') as is_error,

        ----------  timestamps
        {{ parse_timestamp('log.startTime') }} as started_at,
        {{ parse_timestamp('log.completionStartTime') }} as first_token_at,
        {{ parse_timestamp('log.endTime') }} as logged_ended_at

    from unpacked

)

select
    * except (started_at, logged_ended_at, logged_duration_ms),
    assumeNotNull(renamed.started_at) as started_at,
    coalesce(renamed.logged_ended_at, assumeNotNull(renamed.started_at)) as ended_at,
    -- Older schemas lack the duration.
    coalesce(
        renamed.logged_duration_ms,
        toFloat64(dateDiff('millisecond', renamed.started_at, renamed.logged_ended_at))
    ) as duration_ms
from renamed
where renamed.started_at is not null
