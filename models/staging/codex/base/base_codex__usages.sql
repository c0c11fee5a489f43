{{ config(enabled='codex' in var('sources')) }}

{%- set counters = [
    'input_tokens', 'cached_input_tokens', 'cache_write_input_tokens', 'output_tokens', 'reasoning_output_tokens'
] %}
{%- set usage = 'Tuple(' ~ (counters + ['total_tokens']) | join(' Nullable(UInt64), ') ~ ' Nullable(UInt64))' %}

with

lines as (

    select * from {{ ref('base_codex__lines') }}
    where
        line_type in ('session_meta', 'turn_context', 'token_usage_record')
        or payload_type in ('token_count', 'thread_settings_applied')

),

parsed as (

    select
        *,
        line_type = 'token_usage_record' as is_record,
        {{ json_fields({
            'model': 'String',
            'model_provider': 'String',
            'turn_id': 'String',
            'thread_id': 'String',
            'response_id': 'String',
            'service_tier': 'String',
            'thread_settings': 'Tuple(model String, model_provider_id String, service_tier String)',
            'usage': usage,
            'info': 'Tuple(total_token_usage ' ~ usage ~ ', last_token_usage ' ~ usage ~ ')'
        }, 'payload') }} as fields,
        -- The total of a count tells one answer from the next, however often the count is sent again.
        fields.info.total_token_usage as total_usage,
        if(is_record, fields.usage, fields.info.last_token_usage) as own_usage

    from lines

),

-- Only the lines before it say in which turn, with which model and on which terms an answer was given.
in_turns as (

    select
        *,
        if(
            is_record and fields.turn_id != '',
            fields.turn_id,
            last_value(if(line_type = 'turn_context', fields.turn_id, null)) over lines_so_far
        ) as turn_id,
        last_value(nullIf(if(line_type = 'turn_context', fields.model, ''), '')) over turn_so_far as turn_model,
        last_value(nullIf(if(line_type = 'turn_context', fields.model, ''), '')) over lines_so_far as last_model,
        last_value(nullIf(fields.thread_settings.model, '')) over lines_so_far as settings_model,
        last_value(
            if(payload_type = 'thread_settings_applied', fields.thread_settings.service_tier, null)
        ) over lines_so_far as settings_tier,
        last_value(
            nullIf(if(line_type = 'session_meta', fields.model_provider, fields.thread_settings.model_provider_id), '')
        ) over lines_so_far as last_provider

    from parsed
    window
        lines_so_far as (
            partition by
                session_id,
                load_id
            order by line_number
            rows between unbounded preceding and current row
        ),
        turn_so_far as (
            partition by
                session_id,
                load_id,
                parsed.fields.turn_id
            order by line_number
            rows between unbounded preceding and current row
        )

),

numbered as (

    select
        *,
        lagInFrame(toString((total_usage, own_usage))) over same_kind as previous_counts,
        row_number() over (
            partition by
                session_id,
                load_id,
                is_record,
                total_usage
            order by line_number
        ) as repetition

    from in_turns
    where
        is_record
        or payload_type = 'token_count'
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
            toString((total_usage, own_usage)) != previous_counts
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
    session_id,
    load_id,
    line_number,
    is_record,
    if(is_record, fields.thread_id, '') as thread_id,
    if(is_record, fields.response_id, '') as response_id,
    coalesce(turn_id, '') as turn_id,
    coalesce(turn_model, last_model, settings_model, '') as model,
    coalesce(last_provider, '') as provider,
    if(is_record and fields.service_tier != '', fields.service_tier, coalesce(settings_tier, '')) as service_tier,
    {{ counters | join(', ') }},
    -- What a copy of the count has in common with it.
    if(
        is_record,
        '',
        lower(hex(sipHash64(toString(
            (total_usage, own_usage, if(total_usage.total_tokens > 0, 0, line_number))
        ))))
    ) as logged_count_id,
    ancestor_ids,
    has_known_start,
    is_inherited,
    logged_at
from measured
where answer_tokens > 0
