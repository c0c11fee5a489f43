{{ config(
    enabled='otel' in var('sources'),
    materialized='incremental',
    incremental_strategy='append',
    pre_hook='{{ forget_changed_runs() }}',
    order_by='(run_key, span_id)',
) }}

with

changed_runs as (

    {{ changed_run_versions() }}

),

changed_traces as (

    select run_key
    from changed_runs
    where source = 'otel'

),

spans as (

    select * from {{ ref('int_otel__spans') }}
    where run_key in (select changed_traces.run_key from changed_traces)

),

lineages as (

    select * from {{ ref('int_otel__lineages') }}
    where run_key in (select changed_traces.run_key from changed_traces)

),

usages as (

    select
        spans.run_key as run_key,
        spans.run_version as run_version,
        spans.span_id as span_id,
        spans.span_role as span_role,
        spans.response_id as response_id,
        spans.input_tokens as input_tokens,
        spans.output_tokens as output_tokens,
        spans.has_usage as has_usage,
        spans.is_error as is_error,
        spans.started_at as started_at,
        -- The requests this one is part of: with an agent or a tool between, it is another one.
        arrayFirstIndex(ancestor -> ancestor.span_role != 'call', lineages.lineage) as first_other,
        multiIf(
            spans.span_role != 'call', [],
            first_other = 0, lineages.lineage,
            arraySlice(lineages.lineage, 1, first_other - 1)
        ) as outer_calls,
        arrayFilter(ancestor -> ancestor.span_role = 'step', lineages.lineage) as outer_steps

    from spans
    inner join lineages
        on
            spans.run_key = lineages.run_key
            and spans.span_id = lineages.span_id
    where
        spans.span_role = 'call'
        or (spans.span_role = 'step' and spans.has_usage)

),

pairs as (

    select
        run_key,
        arrayJoin(arrayMap(ancestor -> ancestor.span_id, arrayConcat(outer_calls, outer_steps))) as outer_id,
        span_id,
        response_id,
        input_tokens,
        output_tokens,
        has_usage
    from usages

),

outer_spans as (

    select
        run_key,
        outer_id,
        toBool(max(has_usage)) as has_usage_inside
    from pairs
    group by
        run_key,
        outer_id

),

-- What used tokens and has nothing in it that did: the innermost of several spans of a call.
innermost as (

    select
        pairs.run_key as run_key,
        pairs.outer_id as outer_id,
        arraySort(groupArray(pairs.span_id)) as span_ids,
        groupArray(pairs.response_id) as response_ids,
        sum(pairs.input_tokens) as input_tokens,
        sum(pairs.output_tokens) as output_tokens

    from pairs
    left join outer_spans
        on
            pairs.run_key = outer_spans.run_key
            and pairs.span_id = outer_spans.outer_id
    where
        pairs.has_usage
        and not outer_spans.has_usage_inside
    group by
        run_key,
        outer_id

),

judged as (

    select
        usages.run_key as run_key,
        usages.run_version as run_version,
        usages.span_id as span_id,
        usages.span_role as span_role,
        usages.response_id as response_id,
        usages.output_tokens as output_tokens,
        usages.started_at as started_at,
        innermost.span_ids as inner_span_ids,
        tupleElement(arrayFirst(ancestor -> ancestor.has_usage, usages.outer_calls), 'span_id') as outer_span_id,
        multiIf(
            -- An agent's or chain's usage counts where none of the calls in it says what it used.
            usages.span_role = 'step', not outer_spans.has_usage_inside,
            -- Without usage: a failed request, or one that nothing around or in it knows better.
            not usages.has_usage, outer_spans.outer_id = '' and (usages.is_error or outer_span_id = ''),
            not outer_spans.has_usage_inside, true,
            -- Around others: the same request unless its answer is another one of another length.
            usages.response_id != ''
            and not has(innermost.response_ids, usages.response_id)
            and if(
                usages.output_tokens + innermost.output_tokens = 0,
                usages.input_tokens != innermost.input_tokens,
                usages.output_tokens != innermost.output_tokens
            )
        ) as is_own_request

    from usages
    left join outer_spans
        on
            usages.run_key = outer_spans.run_key
            and usages.span_id = outer_spans.outer_id
    left join innermost
        on
            usages.run_key = innermost.run_key
            and usages.span_id = innermost.outer_id

),

-- Sibling spans may describe one answer, too: a client's, and a gateway's that lost its parent.
numbered as (

    select
        *,
        if(is_own_request and response_id != '', response_id, span_id) as answer_id,
        first_value(span_id) over (
            partition by run_key, is_own_request, answer_id
            order by output_tokens desc, started_at asc, span_id asc
        ) as first_span_id,
        max(output_tokens) over (partition by run_key, is_own_request, answer_id) as most_output_tokens

    from judged

)

select
    'otel' as source,
    run_key,
    run_version,
    span_id,
    toBool(
        is_own_request
        and (span_id = first_span_id or output_tokens not in (0, most_output_tokens))
    ) as is_counted,
    -- The span that counts in its place, where that is one. What an agent repeats is no one call's.
    multiIf(
        is_counted, span_id,
        is_own_request, first_span_id,
        span_role = 'step', '',
        length(inner_span_ids) = 1, inner_span_ids[1],
        outer_span_id
    ) as counted_span_id
from numbered
