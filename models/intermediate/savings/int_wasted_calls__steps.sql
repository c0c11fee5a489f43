{{ config(order_by='(waste_kind, call_id)') }}

{#- Waste that shows call by call: what one call cost because of an earlier one. -#}
{%- set waste = var('waste') -%}

with

calls as (

    select
        *,
        toFloat64(coalesce(cost_usd, 0)) as call_usd
    from {{ ref('int_cache_calls') }}

),

tool_calls as (

    select * from {{ ref('int_tool_calls') }}

),

-- Writing to a cache is waste where most of what a run wrote was not read in its lifetime. The last call of a run
-- always writes what nobody reads.
cached as (

    select
        *,
        sum(unread_5m_tokens + unread_1h_tokens) over (partition by run_id, model) as run_unread_tokens,
        sum(write_tokens) over (partition by run_id, model) as run_write_tokens,
        call_id = last_value(call_id) over (
            partition by run_id, model
            order by called_at, call_id
            rows between unbounded preceding and unbounded following
        ) as is_last
    from calls

),

-- Inputs that never shrink are a conversation that is sent again; of others, what is the same is a guess.
conversations as (

    select
        run_id,
        model
    from (
        select
            run_id,
            model,
            input_tokens,
            lagInFrame(input_tokens) over (partition by run_id, model order by called_at, call_id rows between 1 preceding and current row) as earlier_tokens
        from calls
    ) as ordered_calls
    group by
        run_id,
        model
    having
        count() >= {{ waste.conversation_calls }}
        and countIf(input_tokens <= earlier_tokens) = 0

),

-- An answer that was cut, and asked for again: going on with it would have sent it along.
followed as (

    select
        *,
        leadInFrame(call_id) over calls_in_order as later_call_id,
        leadInFrame(input_tokens) over calls_in_order as later_input_tokens
    from calls
    window calls_in_order as (
        partition by run_id, step_name, model
        order by called_at, call_id
        rows between current row and 1 following
    )

),

oversized_results as (

    select
        run_id,
        called_at,
        intDiv(result_chars, {{ waste.chars_per_token }}) as result_tokens
    from tool_calls
    where result_chars > {{ waste.oversized_result_chars }}

),

-- Tool calls of a run in order; those alike in a row are one sequence.
ordered_tool_calls as (

    select
        *,
        (tool_name, input_chars) as attempt,
        row_number() over (partition by run_id order by called_at, tool_call_id)
        - row_number() over (partition by run_id, tool_name, input_chars order by called_at, tool_call_id) as sequence_number
    from tool_calls

),

retry_loops as (

    select
        run_id,
        count() as attempt_count,
        countIf(is_error) as failed_count,
        min(called_at) as first_tried_at,
        maxIf(called_at, is_error) as last_failed_at
    from ordered_tool_calls
    group by
        run_id,
        attempt,
        sequence_number
    having
        attempt_count >= {{ waste.retry_attempts }}
        and failed_count >= attempt_count - 1

)

select
    'prompt_caching' as waste_kind,
    call_id,
    run_id,
    toFloat64(gain_usd) as saving_usd,
    if((run_id, model) in (select (conversations.run_id, conversations.model) from conversations), 'logged', 'price_book') as estimate_basis
from calls
where
    has_gain
    and gain_usd != 0

union all

select
    'unread_cache_write' as waste_kind,
    call_id,
    run_id,
    toFloat64(unread_usd) as saving_usd,
    'logged' as estimate_basis
from cached
where
    is_priced
    and unread_usd > 0
    and (
        not is_last and unread_5m_tokens + unread_1h_tokens >= {{ waste.unread_write_share }} * write_tokens
        or run_unread_tokens >= {{ waste.unread_write_share }} * run_write_tokens
    )

union all

select
    'cut_output' as waste_kind,
    call_id,
    run_id,
    call_usd as saving_usd,
    'logged' as estimate_basis
from followed
where
    lower(finish_reason) in {{ waste.cut_finish_reasons | list | tojson | replace('"', "'") | replace('[', '(') | replace(']', ')') }}
    and later_call_id != ''
    and later_input_tokens < input_tokens + output_tokens / 2

union all

-- Half of what was read again of it, at the price that was paid: of a cache where the call read one.
select
    'oversized_tool_results' as waste_kind,
    calls.call_id as call_id,
    calls.run_id as run_id,
    sum(
        least(toFloat64(oversized_results.result_tokens), toFloat64(calls.input_tokens))
        * toFloat64(if(calls.read_tokens > 0, calls.read_usd, calls.input_usd))
    ) * {{ waste.oversized_saving_share }} as saving_usd,
    'logged' as estimate_basis
from calls
inner join oversized_results
    on calls.run_id = oversized_results.run_id
where
    calls.is_priced
    and calls.called_at > oversized_results.called_at
group by
    call_id,
    run_id

union all

select
    'retry_loop' as waste_kind,
    calls.call_id as call_id,
    any(calls.run_id) as run_id,
    any(calls.call_usd) as saving_usd,
    'logged' as estimate_basis
from calls
inner join retry_loops
    on calls.run_id = retry_loops.run_id
where
    calls.called_at > retry_loops.first_tried_at
    and calls.called_at < retry_loops.last_failed_at
group by call_id
