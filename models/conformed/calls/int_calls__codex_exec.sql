{{ config(enabled='codex' in var('sources')) }}

{%- set counters = ['input_tokens', 'cached_input_tokens', 'cache_write_input_tokens', 'output_tokens', 'reasoning_output_tokens'] %}

with

turns as (

    select * from {{ ref('stg_codex__exec_turns') }}

),

rollouts as (

    select session_id from {{ ref('int_codex__answers') }}

),

-- The counts are those of the thread so far: a turn is what they grew by.
measured as (

    select
        *,
    {% for counter in counters -%}
        toUInt64(
            total_{{ counter }} - least(lagInFrame(total_{{ counter }}) over turns_so_far, total_{{ counter }})
        ) as {{ counter }}{{ ',' if not loop.last }}
    {% endfor %}

    from turns
    window turns_so_far as (
        partition by session_id
        order by total_input_tokens + total_output_tokens, turn_id
        rows between 1 preceding and current row
    )

)

select
    ----------  ids
    'codex' as source,
    session_id as run_key,
    {{ run_id("'codex'", joined_id(['session_id', 'turn_id'])) }} as call_id,
    {{ run_id("'codex'", 'session_id') }} as run_id,

    ----------  text
    'turn' as call_kind,
    'openai' as provider,

    ----------  numerics
    input_tokens as logged_input_tokens,
    cached_input_tokens as cache_read_tokens,
    cache_write_input_tokens as cache_write_5m_tokens,
    output_tokens,
    reasoning_output_tokens as reasoning_tokens,
    toUInt64(1) as logged_call_count,

    ----------  booleans
    cast(true as Nullable(Bool)) as is_cache_in_input,
    toBool(is_error) as is_error,
    true as is_billable,

    ----------  timestamps
    started_at as called_at

from measured
where
    input_tokens + output_tokens > 0
    -- A rollout of the thread tells each call.
    and session_id not in (select rollouts.session_id from rollouts)
