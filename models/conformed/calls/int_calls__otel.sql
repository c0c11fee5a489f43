{{ config(enabled='otel' in var('sources')) }}

with

spans as (

    select * from {{ ref('int_otel__spans') }}

),

steps as (

    select
        run_key,
        span_id,
        tupleElement(arrayFirst(ancestor -> ancestor.span_role = 'step', lineage), 'step_name') as step_name
    from {{ ref('int_otel__lineages') }}

),

usages as (

    select * from {{ ref('int_otel__usages') }}

),

-- A request may have several spans, of libraries and gateways: what it used is what the one says that
-- says most, and what one leaves out another knows.
requests as (

    select
        spans.run_key as run_key,
        usages.counted_span_id as span_id,
        argMax(
            (
                spans.input_tokens,
                spans.cache_read_tokens,
                spans.cache_write_tokens,
                spans.output_tokens,
                spans.reasoning_tokens,
                spans.is_cache_in_input
            ),
            (
                spans.output_tokens,
                spans.cache_read_tokens + spans.cache_write_tokens + spans.reasoning_tokens,
                usages.is_counted,
                spans.span_id
            )
        ) as usage,
        argMaxIf(spans.logged_cost_usd, (usages.is_counted, spans.span_id), spans.logged_cost_usd is not null) as cost_usd,
        argMaxIf(spans.model, (usages.is_counted, spans.span_id), spans.model != '') as model,
        argMaxIf(spans.provider, (usages.is_counted, spans.span_id), spans.provider != '') as provider,
        argMaxIf(spans.user_id, (usages.is_counted, spans.span_id), spans.user_id != '') as user_id,
        argMaxIf(spans.conversation_id, (usages.is_counted, spans.span_id), spans.conversation_id != '') as conversation_id,
        groupArray(spans.span_id) as span_ids,
        groupArrayIf(spans.response_id, spans.response_id != '') as response_ids

    from usages
    inner join spans
        on
            usages.run_key = spans.run_key
            and usages.span_id = spans.span_id
    where usages.counted_span_id != ''
    group by
        run_key,
        span_id

)

select
    ----------  ids
    'otel' as source,
    spans.run_key as run_key,
    {{ run_id("'otel'", "concat(spans.run_key, '/', spans.span_id)") }} as call_id,
    {{ run_id("'otel'", 'spans.run_key') }} as run_id,
    -- The main setting is the model, the prompt that of the step that asks.
    lower(hex(sipHash64('otel', spans.service_name, steps.step_name, requests.model))) as species_hash,
    requests.user_id as user_id,
    if(requests.conversation_id = '', '', {{ run_id("'otel'", 'requests.conversation_id') }}) as conversation_id,
    arraySort(arrayDistinct(arrayConcat(
        arrayMap(id -> concat('response:', id), requests.response_ids),
        arrayMap(id -> concat('span:', id), requests.span_ids)
    ))) as match_ids,

    ----------  text
    steps.step_name as step_name,
    spans.operation_type as call_kind,
    requests.model as model,
    requests.provider as provider,
    spans.error_type as error_type,
    spans.error_message as error_message,

    ----------  numerics
    spans.duration_ms as duration_ms,
    requests.usage.1 as logged_input_tokens,
    requests.usage.2 as cache_read_tokens,
    -- Spans do not tell cache writes apart by lifetime: the default is 5 minutes.
    requests.usage.3 as cache_write_5m_tokens,
    requests.usage.4 as output_tokens,
    requests.usage.5 as reasoning_tokens,
    requests.cost_usd as reported_cost_usd,
    toUInt64(1) as logged_call_count,

    ----------  booleans
    requests.usage.6 as is_cache_in_input,
    spans.is_error as is_error,
    -- A request that failed before any token was used costs nothing, and misses no price.
    toBool(spans.has_usage or not spans.is_error) as is_billable,

    ----------  timestamps
    toDateTime64(spans.started_at, 3, 'UTC') as called_at

from usages
inner join spans
    on
        usages.run_key = spans.run_key
        and usages.span_id = spans.span_id
inner join steps
    on
        usages.run_key = steps.run_key
        and usages.span_id = steps.span_id
inner join requests
    on
        usages.run_key = requests.run_key
        and usages.span_id = requests.span_id
where usages.is_counted
