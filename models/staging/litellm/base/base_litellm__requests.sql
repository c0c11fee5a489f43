{{ config(enabled='litellm' in var('sources')) }}

{%- set fields = dict.fromkeys([
    'request_id', 'call_type', 'api_key', 'spend', 'prompt_tokens', 'completion_tokens', 'startTime', 'endTime',
    'request_duration_ms', 'completionStartTime', 'model', 'model_id', 'model_group', 'custom_llm_provider', 'user',
    'metadata', 'cache_hit', 'request_tags', 'team_id', 'organization_id', 'end_user', 'messages', 'response',
    'session_id', 'status', 'mcp_namespaced_tool_name', 'agent_id'
], 'String') -%}
{%- set usage -%}
Tuple(
    cache_read_input_tokens UInt64,
    cache_creation_input_tokens UInt64,
    prompt_cache_hit_tokens UInt64,
    prompt_tokens_details Tuple(
        cached_tokens UInt64,
        cache_write_tokens UInt64,
        cache_creation_tokens UInt64,
        audio_tokens UInt64,
        cache_creation_token_details Tuple(ephemeral_1h_input_tokens UInt64)
    ),
    completion_tokens_details Tuple(reasoning_tokens UInt64, audio_tokens UInt64),
    server_tool_use Tuple(web_search_requests UInt64)
)
{%- endset %}

with

records as (

    {{ litellm_records() }}

),

parsed as (

    select
        run_key,
        load_order,
        {{ json_fields(fields) }} as fields

    from records

),

stated as (

    select
        *,
        coalesce({{ parse_timestamp('fields.endTime') }}, toDateTime64(0, 3, 'UTC')) as state,
        max(state) over (partition by run_key, fields.request_id) as last_state
    from parsed

),

-- Dumps overlap, and a dump and the table in place do: a request is one row, in its last state.
deduplicated as (

    select
        run_key,
        fields.request_id as request_id,
        {{ merged_copies(fields, 'log') }}
    from stated
    where
        fields.request_id != ''
        and state = last_state
    group by run_key, request_id

),

-- JSON columns arrive as objects, as their text, and as text of the text (a JSON string in Parquet).
unpacked as (

    select
        *,
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
                cost_breakdown Tuple(service_tier String, data_residency String, vertex_location String),
                usage_object {{ usage }},
                additional_usage_values {{ usage }}
            )'
        ) as metadata,
        metadata.usage_object as usage,
        metadata.additional_usage_values as more_usage,
        if(startsWith(log.request_tags, '"'), JSONExtractString(log.request_tags), log.request_tags) as tags_json,
        if(startsWith(log.response, '"'), JSONExtractString(log.response), log.response) as response_json,
        {{ parse_count('log.prompt_tokens') }} as said_prompt_tokens,
        {{ parse_count('log.completion_tokens') }} as said_completion_tokens,
        -- The columns' default is 0: two zeros are what is logged where nothing is known.
        coalesce(said_prompt_tokens, 0) + coalesce(said_completion_tokens, 0) > 0 as is_measured

    from deduplicated

)

select * from unpacked
