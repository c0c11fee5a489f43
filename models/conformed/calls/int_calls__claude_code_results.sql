with

results as (

    select * from {{ ref('stg_claude_code__results') }}

),

agents as (

    select * from {{ ref('int_claude_code__agents') }}
    where
        agent_id = ''
        -- A transcript tells each call.
        and is_printed

),

-- What the process says of each model at its end; an older client says the sum alone.
model_totals as (

    select
        session_id,
        result_id,
        total_cost_usd,
        printed_at,
        arrayJoin(
            if(
                models_json in ('', '{}'),
                [('', '{}')],
                JSONExtractKeysAndValuesRaw(models_json)
            )
        ) as pair,
        pair.1 as model,
        {{ json_fields({
            'inputTokens': 'Nullable(UInt64)',
            'outputTokens': 'Nullable(UInt64)',
            'cacheReadInputTokens': 'Nullable(UInt64)',
            'cacheCreationInputTokens': 'Nullable(UInt64)',
            'webSearchRequests': 'Nullable(UInt64)',
            'costUSD': 'String'
        }, 'pair.2') }} as total

    from results

),

answers as (

    select
        session_id,
        model,
        uniqExact(message_id) as answer_count
    from {{ ref('int_claude_code__answers') }}
    where is_printed
    group by
        session_id,
        model

)

select
    ----------  ids
    'claude_code' as source,
    model_totals.session_id as run_key,
    {{ run_id("'claude_code'", joined_id(['model_totals.session_id', 'model_totals.result_id', 'model_totals.model'])) }} as call_id,
    agents.run_id as run_id,
    lower(hex(sipHash64('claude_code', agents.agent_type, model_totals.model))) as species_hash,

    ----------  text
    'model_total' as call_kind,
    model_totals.model as model,
    {{ claude_code_provider('model_totals.model') }} as provider,

    ----------  numerics
    model_totals.total.inputTokens as logged_input_tokens,
    model_totals.total.cacheReadInputTokens as cache_read_tokens,
    model_totals.total.cacheCreationInputTokens as cache_write_5m_tokens,
    model_totals.total.outputTokens as output_tokens,
    {{ web_search_units('model_totals.total.webSearchRequests') }} as usage_units,
    if(
        model_totals.model = '',
        model_totals.total_cost_usd,
        {{ parse_money('model_totals.total.costUSD') }}
    ) as reported_cost_usd,
    greatest(answers.answer_count, 1) as logged_call_count,

    ----------  booleans
    cast(false as Nullable(Bool)) as is_cache_in_input,
    true as is_billable,
    true as is_run_level,

    ----------  timestamps
    assumeNotNull(model_totals.printed_at) as called_at

from model_totals
inner join agents
    on model_totals.session_id = agents.session_id
left join answers
    on
        model_totals.session_id = answers.session_id
        and model_totals.model = answers.model
