with

spans as (

    select * from {{ ref('int_traced_spans') }}

),

lineages as (

    select * from {{ ref('int_span_lineages') }}
    where span_role = 'call' or has_usage

),

pairs as (

    select
        lineages.source as source,
        lineages.run_key as run_key,
        arrayJoin(arrayConcat(
            arrayMap(ancestor -> (ancestor.span_id, true), arrayConcat(lineages.outer_calls, lineages.outer_steps)),
            arrayMap(ancestor -> (ancestor.span_id, false), if(lineages.span_role = 'call', lineages.farther_calls, []))
        )) as outer_span,
        outer_span.1 as outer_id,
        outer_span.2 as is_near,
        lineages.span_id as span_id,
        spans.answer_id as answer_id,
        coalesce(spans.input_tokens, 0) as input_tokens,
        coalesce(spans.output_tokens, 0) as output_tokens,
        coalesce(spans.cache_read_tokens, 0) + coalesce(spans.cache_write_5m_tokens, 0)
        + coalesce(spans.cache_write_1h_tokens, 0) as cached_tokens,
        -- What a paid tool costs is in nobody's tokens: nothing around it repeats that.
        lineages.has_usage and (lineages.span_role = 'call' or lineages.has_tokens) as is_repeated_outside

    from lineages
    inner join spans
        on
            lineages.source = spans.source
            and lineages.run_key = spans.run_key
            and lineages.span_id = spans.span_id

),

outer_spans as (

    select
        source,
        run_key,
        outer_id,
        toBool(max(is_repeated_outside and is_near)) as has_usage_inside
    from pairs
    group by
        source,
        run_key,
        outer_id

),

-- What used tokens and has nothing in it that did: the innermost of several spans of a call.
innermost as (

    select
        pairs.source as source,
        pairs.run_key as run_key,
        pairs.outer_id as outer_id,
        arraySort(groupArrayIf(pairs.span_id, pairs.is_near)) as span_ids,
        groupArrayIf(pairs.answer_id, pairs.is_near) as answer_ids,
        sumIf(pairs.input_tokens, pairs.is_near) as input_tokens,
        sumIf(pairs.output_tokens, pairs.is_near) as output_tokens,
        sum(pairs.input_tokens) as all_input_tokens,
        sum(pairs.cached_tokens) as all_cached_tokens,
        sum(pairs.output_tokens) as all_output_tokens

    from pairs
    left join outer_spans
        on
            pairs.source = outer_spans.source
            and pairs.run_key = outer_spans.run_key
            and pairs.span_id = outer_spans.outer_id
    where
        pairs.is_repeated_outside
        and not outer_spans.has_usage_inside
    group by
        source,
        run_key,
        outer_id

)

select
    outer_spans.source as source,
    outer_spans.run_key as run_key,
    outer_spans.outer_id as span_id,
    outer_spans.has_usage_inside as has_usage_inside,
    innermost.span_ids as inner_span_ids,
    innermost.answer_ids as inner_answer_ids,
    innermost.input_tokens as inner_input_tokens,
    innermost.output_tokens as inner_output_tokens,
    -- Of all in it, whatever lies between: with and without what caches held.
    [innermost.all_input_tokens, innermost.all_input_tokens + innermost.all_cached_tokens] as all_inner_input_tokens,
    innermost.all_output_tokens as all_inner_output_tokens
from outer_spans
left join innermost
    on
        outer_spans.source = innermost.source
        and outer_spans.run_key = innermost.run_key
        and outer_spans.outer_id = innermost.outer_id
