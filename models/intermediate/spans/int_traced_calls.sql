{#- Known from any span of a request; the one that counts comes first. -#}
{%- set facts = [
    'model', 'provider', 'user_id', 'team_id', 'organization_id', 'conversation_id', 'service_tier', 'region', 'finish_reason',
    'api_key_id', 'api_key_alias', 'species_hash'
] -%}

with

spans as (

    select * from {{ ref('int_traced_spans') }}

),

counted_spans as (

    select * from {{ ref('int_counted_spans') }}

),

lineages as (

    select * from {{ ref('int_span_lineages') }}

),

-- A request may have several spans, of libraries and gateways: what it used is what the one says that
-- says most, and what one leaves out another knows.
requests as (

    select
        spans.source as source,
        spans.run_key as run_key,
        counted_spans.counted_span_id as span_id,
        argMax(
            (
                spans.input_tokens,
                spans.cache_read_tokens,
                spans.cache_write_5m_tokens,
                spans.cache_write_1h_tokens,
                spans.output_tokens,
                spans.reasoning_tokens,
                spans.is_cache_in_input
            ),
            (
                coalesce(spans.output_tokens, 0),
                coalesce(spans.cache_read_tokens, 0) + coalesce(spans.cache_write_5m_tokens, 0) + coalesce(spans.reasoning_tokens, 0),
                counted_spans.is_counted,
                spans.span_id
            )
        ) as usage,
        argMaxIf(
            spans.reported_cost_usd, (counted_spans.is_counted, spans.span_id), spans.reported_cost_usd is not null
        ) as reported_cost_usd,
        argMax(spans.usage_units, (notEmpty(spans.usage_units), counted_spans.is_counted, spans.span_id)) as usage_units,
        argMax(spans.tags, (notEmpty(spans.tags), counted_spans.is_counted, spans.span_id)) as tags,
        {% for name in facts -%}
            argMaxIf(spans.{{ name }}, (counted_spans.is_counted, spans.span_id), spans.{{ name }} != '') as {{ name }},
        {% endfor -%}
        arraySort(arrayDistinct(arrayFlatten(groupArray(spans.match_ids)))) as match_ids

    from counted_spans
    inner join spans
        on
            counted_spans.source = spans.source
            and counted_spans.run_key = spans.run_key
            and counted_spans.span_id = spans.span_id
    where counted_spans.counted_span_id != ''
    group by
        source,
        run_key,
        span_id

)

select
    ----------  ids
    spans.source as source,
    spans.run_key as run_key,
    spans.span_id as span_id,
    requests.match_ids as match_ids,
    {% for name in facts -%}
        requests.{{ name }} as {{ name }},
    {% endfor %}
    ----------  text
    spans.span_name as span_name,
    lineages.outer_step_name as outer_step_name,
    spans.service_name as service_name,
    spans.call_kind as call_kind,
    requests.tags as tags,
    spans.error_type as error_type,
    spans.error_message as error_message,

    ----------  numerics
    spans.duration_ms as duration_ms,
    requests.usage.1 as logged_input_tokens,
    requests.usage.2 as cache_read_tokens,
    requests.usage.3 as cache_write_5m_tokens,
    requests.usage.4 as cache_write_1h_tokens,
    requests.usage.5 as output_tokens,
    requests.usage.6 as reasoning_tokens,
    requests.usage_units as usage_units,
    requests.reported_cost_usd as reported_cost_usd,
    toUInt64(1) as logged_call_count,

    ----------  booleans
    requests.usage.7 as is_cache_in_input,
    spans.is_error as is_error,
    -- A request that failed before any token was used costs nothing, and misses no price.
    toBool(lineages.has_usage or not spans.is_error) as is_billable,
    spans.is_run_level as is_run_level,

    ----------  timestamps
    toDateTime64(spans.started_at, 3, 'UTC') as called_at

from counted_spans
inner join spans
    on
        counted_spans.source = spans.source
        and counted_spans.run_key = spans.run_key
        and counted_spans.span_id = spans.span_id
inner join lineages
    on
        counted_spans.source = lineages.source
        and counted_spans.run_key = lineages.run_key
        and counted_spans.span_id = lineages.span_id
inner join requests
    on
        counted_spans.source = requests.source
        and counted_spans.run_key = requests.run_key
        and counted_spans.span_id = requests.span_id
where counted_spans.is_counted
