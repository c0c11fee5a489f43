{{ config(enabled='codex' in var('sources')) }}

{%- set usage = 'Tuple(input_tokens Nullable(UInt64), cached_input_tokens Nullable(UInt64), cache_write_input_tokens Nullable(UInt64), output_tokens Nullable(UInt64), reasoning_output_tokens Nullable(UInt64), total_tokens Nullable(UInt64))' %}

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
        }, 'payload') }} as fields

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
    -- The total of a count tells one answer from the next, however often the count is sent again.
    fields.info.total_token_usage as total_usage,
    if(is_record, fields.usage, fields.info.last_token_usage) as own_usage,
    ancestor_ids,
    has_known_start,
    is_inherited,
    logged_at
from in_turns
where
    is_record
    or payload_type = 'token_count'
