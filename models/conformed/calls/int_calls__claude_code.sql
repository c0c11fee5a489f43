with

calls as (

    select
        *,
        if(advice_number = 0, '', concat('/advice-', toString(advice_number))) as part_of_id
    from {{ ref('int_claude_code__answers') }}

),

agents as (

    select * from {{ ref('int_claude_code__agents') }}

)

select
    ----------  ids
    'claude_code' as source,
    calls.session_id as run_key,
    {{ run_id("'claude_code'", joined_id(['calls.session_id', 'calls.answer_id'])) }} as call_id,
    agents.run_id as run_id,
    -- The system prompt is that of the agent type, so the species is agent type and model.
    lower(hex(sipHash64('claude_code', agents.agent_type, calls.model))) as species_hash,
    -- The provider's ids of answer and request, as its gateways, tracers and own telemetry log them too.
    if(
        calls.advice_number > 0,
        emptyArrayString(),
        arrayFilter(
            match_id -> not endsWith(match_id, ':'),
            [concat('response:', calls.message_id), concat('request:', calls.request_id)]
        )
    ) as match_ids,
    -- What copies in other sessions have in common: the provider's ids of message and request, else the line;
    -- and the message's id alone where another agent of the session repeats it.
    arrayMap(
        id -> concat(id, calls.part_of_id),
        arrayConcat(
            if(
                calls.request_id = '',
                [concat('line:', calls.first_line_id)],
                [{{ joined_id(['calls.message_id', 'calls.request_id']) }}]
            ),
            if(calls.is_repeated, [{{ joined_id(['calls.session_id', 'calls.message_id']) }}], [])
        )
    ) as copy_ids,
    arrayMap(
        run -> {{ run_id("'claude_code'", 'run') }},
        arrayConcat(
            if(
                calls.forked_from_session_id = '',
                [],
                [concat({{ id_part('calls.forked_from_session_id') }}, if(calls.agent_id = '', '', '/'), calls.agent_id)]
            ),
            if(
                calls.owner_agent_id = calls.agent_id,
                [],
                [concat({{ id_part('calls.session_id') }}, if(calls.owner_agent_id = '', '', '/'), calls.owner_agent_id)]
            )
        )
    ) as copied_from_run_ids,

    ----------  text
    multiIf(
        calls.advice_number > 0, calls.advice_kind,
        calls.agent_id = '', 'agent',
        'sub_agent'
    ) as call_kind,
    calls.model as model,
    {{ claude_code_provider('calls.model') }} as provider,
    calls.service_tier as service_tier,
    calls.inference_geo as region,
    calls.stop_reason as finish_reason,
    if(calls.is_api_error, 'api_error', '') as error_type,

    ----------  numerics
    calls.duration_ms as duration_ms,
    calls.uncached_input_tokens as logged_input_tokens,
    calls.cache_read_tokens as cache_read_tokens,
    calls.cache_write_5m_tokens as cache_write_5m_tokens,
    calls.cache_write_1h_tokens as cache_write_1h_tokens,
    calls.output_tokens as output_tokens,
    {{ web_search_units('calls.web_search_requests') }} as usage_units,
    calls.reported_cost_usd as reported_cost_usd,
    toUInt64(1) as logged_call_count,

    ----------  booleans
    cast(false as Nullable(Bool)) as is_cache_in_input,
    calls.is_api_error as is_error,
    -- `<synthetic>` is a message of the client itself: nobody bills it.
    toBool(calls.model != '<synthetic>') as is_billable,

    ----------  timestamps
    calls.called_at as called_at

from calls
inner join agents
    on
        calls.session_id = agents.session_id
        and calls.agent_id = agents.agent_id
where
    -- What was printed counts where there is no transcript, and no result that knows it better.
    not calls.is_printed
    or (
        agents.is_printed
        and calls.session_id not in (select results.session_id from {{ ref('stg_claude_code__results') }} as results)
    )
