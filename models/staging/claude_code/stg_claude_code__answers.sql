with

answer_lines as (

    select * from {{ ref('base_claude_code__answer_lines') }}

),

-- One API call is a log line per content block, each repeating the usage. The largest value of a counter is
-- the last one streamed.
answers as (

    select
        session_id,
        agent_id,
        message_id,
        request_id,
        answer_number,
        argMin(line_id, (logged_at, first_line_number, line_id)) as first_line_id,
        max(answer_lines.forked_from_session_id) as forked_from_session_id,
        max(body.model) as model,
        max(if(body.usage.speed = 'fast', 'fast', body.usage.service_tier)) as service_tier,
        max(body.usage.inference_geo) as inference_geo,
        argMax(body.stop_reason, (body.stop_reason != '', logged_at, line_id)) as stop_reason,
        max(body.usage.input_tokens) as uncached_input_tokens,
        max(body.usage.cache_read_input_tokens) as cache_read_tokens,
        max(body.usage.cache_creation.ephemeral_5m_input_tokens) as written_5m_tokens,
        max(body.usage.cache_creation.ephemeral_1h_input_tokens) as written_1h_tokens,
        max(body.usage.cache_creation_input_tokens) as written_tokens,
        max(body.usage.output_tokens) as output_tokens,
        max(body.usage.server_tool_use.web_search_requests) as web_search_requests,
        argMax(body.usage.iterations, (length(body.usage.iterations), logged_at, line_id)) as iterations,
        max(answer_lines.cost_usd) as reported_cost_usd,
        max(answer_lines.duration_ms) as duration_ms,
        max(answer_lines.is_api_error) as is_api_error,
        min(answer_lines.is_printed) as is_printed,
        min(logged_at) as called_at,
        max(logged_at) as ended_at

    from answer_lines
    group by
        session_id,
        agent_id,
        message_id,
        request_id,
        answer_number

)

select * from answers
