with

messages as (

    select * from {{ ref('base_claude_code__messages') }}
    where line_type = 'assistant'

),

parsed as (

    select
        *,
        JSONExtract(
            message,
            'Tuple(id String, model String, usage Tuple(input_tokens UInt64, cache_read_input_tokens UInt64, cache_creation_input_tokens UInt64, cache_creation Tuple(ephemeral_5m_input_tokens UInt64, ephemeral_1h_input_tokens UInt64), output_tokens UInt64, service_tier String))'
        ) as body

    from messages

),

-- One API call is a log line per content block, each repeating the usage; a re-saved file brings
-- them all again. The largest value of a counter is the last one streamed.
calls as (

    select
        ----------  ids
        session_id,
        coalesce(nullIf(parsed.body.id, ''), nullIf(parsed.request_id, ''), parsed.uuid) as message_id,
        max(agent_id) as agent_id,
        max(request_id) as request_id,
        max(forked_from_session_id) as forked_from_session_id,

        ----------  text
        max(body.model) as model,
        max(body.usage.service_tier) as service_tier,

        ----------  numerics
        max(body.usage.input_tokens) as uncached_input_tokens,
        max(body.usage.cache_read_input_tokens) as cache_read_tokens,
        max(body.usage.cache_creation.ephemeral_1h_input_tokens) as cache_write_1h_tokens,
        max(body.usage.cache_creation_input_tokens) as cache_write_tokens,
        max(body.usage.output_tokens) as output_tokens,

        ----------  booleans
        max(is_api_error) as is_api_error,

        ----------  timestamps
        min(logged_at) as called_at,
        max(logged_at) as ended_at

    from parsed
    group by
        session_id,
        message_id

)

select * from calls
