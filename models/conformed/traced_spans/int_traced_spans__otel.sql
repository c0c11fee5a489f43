{{ config(enabled='otel' in var('sources')) }}

with

usages as (

    select
        *,
        {{ first_attribute(otel_names('response_id'), 'facts') }} as response_id_fact,
        -- Libraries that do not log the id of the answer log the answer.
        if(
            response_id_fact = '' and span_role = 'call',
            JSONExtractString(attributes['output.value'], 'id'),
            response_id_fact
        ) as response_id,
        {{ first_attribute(otel_names('request_id'), 'facts') }} as request_id

    from {{ ref('stg_otel__usages') }}

)

select
    ----------  ids
    source,
    run_key,
    span_id,
    parent_span_id,
    if(response_id != '', response_id, request_id) as answer_id,
    arrayFilter(
        match_id -> match_id != '',
        [
            if(response_id = '' or span_role != 'call', '', concat('response:', response_id)),
            if(request_id = '', '', concat('request:', request_id)),
            if(record_kind != 'span', '', concat('span:', span_id))
        ]
    ) as match_ids,
    user_id,
    {{ first_attribute(otel_names('team_id'), 'facts') }} as team_id,
    {{ first_attribute(otel_names('organization_id'), 'facts') }} as organization_id,
    if(conversation_id = '', '', {{ run_id("'otel'", 'conversation_id') }}) as conversation_id,
    {{ first_attribute(otel_names('api_key_id'), 'facts') }} as api_key_id,

    ----------  text
    span_role,
    span_name,
    step_name,
    service_name,
    operation_type as call_kind,
    model,
    provider,
    -- What was asked for, where the answer does not say; left to the provider it is unknown.
    if(service_tier in ('auto', 'normal'), '', service_tier) as service_tier,
    if(region = 'not_available', '', region) as region,
    if(startsWith(finish_reasons, '['), JSONExtract(finish_reasons, 'Array(String)')[1], finish_reasons) as finish_reason,
    {{ first_attribute(otel_names('api_key_alias'), 'facts') }} as api_key_alias,
    {{ text_list(first_attribute(otel_names('tags'), 'facts')) }} as tags,
    error_type,
    error_message,

    ----------  numerics
    duration_ms,
    input_tokens,
    cache_read_tokens,
    cast(cache_write_5m_tokens as Nullable(UInt64)) as cache_write_5m_tokens,
    cache_write_1h_tokens,
    output_tokens,
    reasoning_tokens,
    mapApply(
        (unit, amount) -> (unit, toDecimal128(amount, 12)),
        mapFilter((unit, amount) -> unit in ('audio_input_tokens', 'audio_output_tokens', 'web_search') and amount > 0, counts)
    ) as usage_units,
    reported_cost_usd,

    ----------  booleans
    is_cache_in_input,
    is_error,
    toBool(record_kind = 'metric') as is_run_level,

    ----------  timestamps
    started_at

from usages
