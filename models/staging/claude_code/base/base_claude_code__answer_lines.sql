{%- set usage = 'input_tokens Nullable(UInt64), cache_read_input_tokens Nullable(UInt64), cache_creation_input_tokens Nullable(UInt64), cache_creation Tuple(ephemeral_5m_input_tokens Nullable(UInt64), ephemeral_1h_input_tokens Nullable(UInt64)), output_tokens Nullable(UInt64)' %}
{%- set agents_lines = 'partition by session_id, agent_id order by logged_at, first_line_number, line_id' %}

with

messages as (

    select * from {{ ref('base_claude_code__messages') }}

),

parsed as (

    select
        *,
        {{ json_fields({
            'id': 'String',
            'model': 'String',
            'stop_reason': 'String',
            'usage': 'Tuple(' ~ usage ~ ', service_tier String, speed String, inference_geo String, server_tool_use Tuple(web_search_requests Nullable(UInt64)), iterations Array(Tuple(type String, model String, ' ~ usage ~ ')))'
        }, "if(line_type = 'assistant', message, '{}')") }} as logged_body,
        -- Only lines without a request's id are told apart by it.
        if(line_type = 'assistant' and request_id = '', JSONExtractString(message, 'content', 1, 'type'), '') as logged_block

    from messages

),

-- Files that were saved again bring a line again.
lines as (

    select
        session_id,
        agent_id,
        line_id,
        any(line_type) as line_type,
        argMax(logged_body, (length(message), message)) as body,
        argMax(logged_block, (length(message), message)) as block,
        max(request_id) as logged_request_id,
        max(parsed.forked_from_session_id) as forked_from_session_id,
        max(parsed.cost_usd) as cost_usd,
        max(parsed.duration_ms) as duration_ms,
        max(parsed.is_prompt) as is_prompt,
        max(parsed.is_api_error) as is_api_error,
        min(parsed.is_printed) as is_printed,
        min(line_number) as first_line_number,
        min(parsed.logged_at) as logged_at

    from parsed
    group by
        session_id,
        agent_id,
        line_id

),

prompted as (

    select
        *,
        body.id as message_id,
        [
            coalesce(body.usage.input_tokens, 0),
            coalesce(body.usage.cache_read_input_tokens, 0),
            coalesce(body.usage.cache_creation_input_tokens, 0)
        ] as inputs,
        sum(is_prompt) over lines_in_order as prompts_so_far,
        countIf(line_type = 'user') over lines_in_order as user_lines_so_far

    from lines
    window lines_in_order as (
        {{ agents_lines }}
        rows between unbounded preceding and current row
    )

),

compared as (

    select
        *,
        -- Some paths of the client drop the request id of some lines of a message.
        max(logged_request_id) over (partition by session_id, agent_id, message_id) as message_request_id,
        lagInFrame((
            message_id, body.model, prompts_so_far, inputs, coalesce(body.usage.output_tokens, 0)
        )) over answers_in_order as previous,
        lagInFrame(user_lines_so_far) over answers_in_order != user_lines_so_far as is_after_result,
        lagInFrame(body.stop_reason) over answers_in_order as previous_stop_reason,
        lagInFrame(logged_at) over answers_in_order as previous_logged_at

    from prompted
    where line_type = 'assistant'
    window answers_in_order as (
        {{ agents_lines }}
        rows between 1 preceding and current row
    )

),

-- Without request ids a message's id may be one that the gateway gives to every answer: a line that
-- follows a prompt, or that tells of another input or of less output than the line before, is of another. So is
-- one that follows a tool's result, unless the tool ran while its answer went on: then a call of a tool
-- comes next, soon, and the answer had not said why it ended.
numbered as (

    select
        *,
        sum(
            message_request_id = ''
            and (
                message_id = ''
                or (message_id, body.model, prompts_so_far) != (previous.1, previous.2, previous.3)
                or (inputs != previous.4 and arraySum(inputs) > 0 and arraySum(previous.4) > 0)
                or coalesce(body.usage.output_tokens, 0) < previous.5
                or (
                    is_after_result
                    and (
                        block != 'tool_use'
                        or previous_stop_reason != ''
                        or logged_at > addSeconds(previous_logged_at, {{ var('parallel_tool_seconds') }})
                    )
                )
            )
        ) over (
            {{ agents_lines }}
            rows between unbounded preceding and current row
        ) as answer_number

    from compared

)

select
    session_id,
    agent_id,
    message_id,
    if(logged_request_id != '', logged_request_id, message_request_id) as request_id,
    if(request_id = '', answer_number, 0) as answer_number,
    line_id,
    body,
    forked_from_session_id,
    cost_usd,
    duration_ms,
    is_api_error,
    is_printed,
    first_line_number,
    logged_at
from numbered
