{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook='{{ forget_changed_runs() }}',
    order_by='(source, run_key, span_id)',
) }}

with

changed_runs as (

    {{ changed_run_versions() }}

),

changed_keys as (

    select run_key from changed_runs

),

spans as (

    select * from {{ ref('int_traced_spans') }}
    where run_key in (select changed_keys.run_key from changed_keys)

),

usages as (

    select * from {{ ref('int_span_lineages') }}
    where
        run_key in (select changed_keys.run_key from changed_keys)
        -- Two sources may name a run alike: a gateway's logs, and the trace of the same request.
        and (source, run_key) in (select (changed_runs.source, changed_runs.run_key) from changed_runs)
        and (span_role = 'call' or has_usage)

),

outer_spans as (

    select * from {{ ref('int_outer_spans') }}
    where run_key in (select changed_keys.run_key from changed_keys)

),

judged as (

    select
        usages.source as source,
        usages.run_key as run_key,
        usages.run_version as run_version,
        usages.span_id as span_id,
        usages.span_role as span_role,
        spans.answer_id as logged_answer_id,
        coalesce(spans.input_tokens, 0) as input_tokens,
        coalesce(spans.output_tokens, 0) as output_tokens,
        coalesce(spans.cache_read_tokens, 0) + coalesce(spans.cache_write_5m_tokens, 0)
        + coalesce(spans.cache_write_1h_tokens, 0) as cached_tokens,
        spans.started_at as started_at,
        outer_spans.inner_span_ids as inner_span_ids,
        tupleElement(arrayFirst(ancestor -> ancestor.has_usage, usages.outer_calls), 'span_id') as outer_span_id,
        multiIf(
            -- An agent's or chain's usage counts where none of the calls in it says what it used; what a tool
            -- costs counts in addition to the calls that it makes.
            usages.span_role != 'call', not outer_spans.has_usage_inside or not usages.has_tokens,
            -- Without usage: a failed request, or one that nothing around or in it knows better.
            not usages.has_usage, outer_spans.span_id = '' and (spans.is_error or outer_span_id = ''),
            -- The sum of other requests, with agents or chains between.
            not outer_spans.has_usage_inside,
            not (
                outer_spans.all_inner_output_tokens > 0
                and output_tokens = outer_spans.all_inner_output_tokens
                and hasAny([input_tokens, input_tokens + cached_tokens], outer_spans.all_inner_input_tokens)
            ),
            -- Around others: the same request unless its answer is another one of another length.
            logged_answer_id != ''
            and not has(outer_spans.inner_answer_ids, logged_answer_id)
            and if(
                output_tokens + outer_spans.inner_output_tokens = 0,
                input_tokens != outer_spans.inner_input_tokens,
                output_tokens != outer_spans.inner_output_tokens
            )
        ) as is_own_request

    from usages
    inner join spans
        on
            usages.source = spans.source
            and usages.run_key = spans.run_key
            and usages.span_id = spans.span_id
    left join outer_spans
        on
            usages.source = outer_spans.source
            and usages.run_key = outer_spans.run_key
            and usages.span_id = outer_spans.span_id

),

-- Spans next to each other may be of one answer too: a client's, and a gateway's that lost its parent.
numbered as (

    select
        *,
        if(is_own_request and logged_answer_id != '', logged_answer_id, span_id) as answer_id,
        first_value(span_id) over (
            partition by source, run_key, is_own_request, answer_id
            order by output_tokens desc, started_at asc, span_id asc
        ) as first_span_id,
        max(output_tokens) over (partition by source, run_key, is_own_request, answer_id) as most_output_tokens

    from judged

)

select
    source,
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
        span_role != 'call', '',
        length(inner_span_ids) = 1, inner_span_ids[1],
        outer_span_id
    ) as counted_span_id
from numbered
