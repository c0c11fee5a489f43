{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook='{{ forget_changed_runs() }}',
    order_by='(session_id, answer_id)',
) }}

with

changed_sessions as (

    {{ changed_sessions('claude_code') }}

),

answers as (

    select * from {{ ref('stg_claude_code__answers') }}
    where session_id in (select changed_sessions.session_id from changed_sessions)

),

-- Side questions and compactions have agents of their own, whose files repeat the messages of the agent that
-- they go on from, with other request ids: the first one made the call.
owned_calls as (

    select
        *,
        {{ is_repeating_agent('agent_id') }} as is_of_repeating_agent,
        row_number() over message_calls as place,
        first_value(agent_id) over message_calls as owner_agent_id,
        message_id != ''
        and min(agent_id) over message_lines != max(agent_id) over message_lines
        and uniqExact(agent_id) over message_lines = count() over message_lines
        and min(request_id) over message_lines != '' as is_repeated

    from answers
    window
        message_lines as (partition by session_id, message_id),
        message_calls as (
            partition by session_id, message_id
            order by is_of_repeating_agent, agent_id != '', called_at, agent_id, request_id, answer_number
        )

),

-- What an advisor model was asked on the way is a call of its own, and so is a summary of a history that had
-- become too long: the counts of the message leave both out.
parts as (

    select
        *,
        arraySum(one -> coalesce(one.output_tokens, 0) * (one.type != 'advisor_message'), iterations) as counted_output_tokens,
        arrayJoin(arrayConcat(
            [(
                toUInt64(0), model, uncached_input_tokens, cache_read_tokens, written_tokens,
                written_5m_tokens, written_1h_tokens, output_tokens, 'answer'
            )],
            arrayMap(
                (iteration, number) -> (
                    number, if(iteration.model = '', model, iteration.model), iteration.input_tokens, iteration.cache_read_input_tokens,
                    iteration.cache_creation_input_tokens, iteration.cache_creation.ephemeral_5m_input_tokens,
                    iteration.cache_creation.ephemeral_1h_input_tokens, iteration.output_tokens, replaceOne(iteration.type, '_message', '')
                ),
                arrayFilter(
                    one -> one.type = 'advisor_message' or (one.type = 'compaction' and counted_output_tokens > output_tokens), iterations
                ) as advices,
                arrayEnumerate(advices)
            )
        )) as part,
        part.1 as advice_number

    from owned_calls

),

renamed as (

    select
        ----------  ids
        session_id,
        concat(
            multiIf(
                message_id = '' and request_id != '', {{ id_part('request_id') }},
                message_id = '', {{ id_part('first_line_id') }},
                place = 1, {{ id_part('message_id') }},
                {{ joined_id(['message_id', 'agent_id', id_part("if(request_id = '', first_line_id, request_id)")]) }}
            ),
            if(advice_number = 0, '', concat('/advice-', toString(advice_number)))
        ) as answer_id,
        message_id,
        request_id,
        agent_id,
        owner_agent_id,
        first_line_id,
        forked_from_session_id,

        ----------  text
        part.2 as model,
        lower(service_tier) as service_tier,
        if(inference_geo in ('not_available', 'global'), '', lower(inference_geo)) as inference_geo,
        stop_reason,
        part.9 as advice_kind,

        ----------  numerics
        advice_number,
        part.3 as uncached_input_tokens,
        part.4 as cache_read_tokens,
        -- The break-down by lifetime may be missing, the default is 5 minutes; or it may be all there is.
        if(part.5 is null and part.6 is null, null, greatest(
            coalesce(part.5, 0) - least(coalesce(part.5, 0), coalesce(part.7, 0)), coalesce(part.6, 0)
        )) as cache_write_5m_tokens,
        part.7 as cache_write_1h_tokens,
        part.8 as output_tokens,
        if(advice_number = 0, web_search_requests, null) as web_search_requests,
        if(advice_number = 0, reported_cost_usd, null) as reported_cost_usd,
        if(advice_number = 0, duration_ms, null) as duration_ms,

        ----------  booleans
        is_api_error,
        is_printed,
        is_repeated,

        ----------  timestamps
        called_at,
        ended_at

    from parts

)

select
    'claude_code' as source,
    renamed.session_id as run_key,
    changed_sessions.run_version as run_version,
    renamed.*
from renamed
inner join changed_sessions
    on renamed.session_id = changed_sessions.session_id
