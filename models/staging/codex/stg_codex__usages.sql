{{ config(enabled='codex' in var('sources')) }}

{%- set counters = [
    'input_tokens', 'cached_input_tokens', 'cache_write_input_tokens', 'output_tokens', 'reasoning_output_tokens'
] %}

with

usage_lines as (

    select
        *,
        toString((total_usage, own_usage)) as counted
    from {{ ref('base_codex__usage_lines') }}

),

numbered as (

    select
        *,
        lagInFrame(counted) over same_kind as previous_counted,
        row_number() over (
            partition by
                session_id,
                load_id,
                is_record,
                is_inherited,
                total_usage
            order by line_number
        ) as repetition

    from usage_lines
    window same_kind as (
        partition by
            session_id,
            load_id,
            is_record
        order by line_number
        rows between 1 preceding and current row
    )

),

-- A count is sent again with every change of the rate limits.
counts as (

    select
        *,
        lagInFrame(total_usage) over (
            partition by
                session_id,
                load_id,
                is_record
            order by line_number
            rows between 1 preceding and current row
        ) as previous_total

    from numbered
    where
        is_record
        or if(
            total_usage.total_tokens > 0,
            repetition = 1,
            counted != previous_counted
        )

),

-- Older versions count the total alone: an answer is what it grew by, unless it began again.
measured as (

    select
        *,
        {% for name in counters -%}
            toUInt64(coalesce(
                if(
                    coalesce(own_usage.total_tokens, own_usage.input_tokens, own_usage.output_tokens) is not null,
                    own_usage.{{ name }},
                    total_usage.{{ name }} - least(
                        if(
                            coalesce(previous_total.total_tokens > total_usage.total_tokens, true),
                            0,
                            coalesce(previous_total.{{ name }}, 0)
                        ),
                        total_usage.{{ name }}
                    )
                ),
                0
            )) as {{ name }},
        {% endfor -%}
        input_tokens + output_tokens as answer_tokens

    from counts

)

select
    ----------  ids
    session_id,
    load_id,
    line_number,
    thread_id,
    response_id,
    turn_id,
    -- What a copy of the count has in common with it.
    if(
        is_record,
        '',
        lower(hex(sipHash64(counted, if(total_usage.total_tokens > 0, 0, line_number))))
    ) as logged_count_id,
    ancestor_ids,

    ----------  text
    model,
    provider,
    service_tier,

    ----------  numerics
    {{ counters | join(',\n    ') }},

    ----------  booleans
    is_record,
    has_known_start,
    is_inherited,

    ----------  timestamps
    logged_at
from measured
where answer_tokens > 0
