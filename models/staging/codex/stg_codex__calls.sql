{{ config(enabled='codex' in var('sources')) }}

with

lines as (

    select * from {{ ref('base_codex__lines') }}
    where
        line_type in ('session_meta', 'turn_context')
        or (line_type = 'event_msg' and payload_type = 'token_count')

),

parsed as (

    select
        session_id,
        line_number,
        line_type,
        logged_at,
        {{ json_fields({
            'model': 'String',
            'model_provider': 'String',
            'info': 'Tuple(total_token_usage Tuple(input_tokens UInt64, cached_input_tokens UInt64, output_tokens UInt64, reasoning_output_tokens UInt64, total_tokens UInt64), last_token_usage Tuple(input_tokens UInt64, cached_input_tokens UInt64, output_tokens UInt64, reasoning_output_tokens UInt64, total_tokens UInt64))'
        }, 'payload') }} as fields,
        fields.info.total_token_usage as total_usage,
        fields.info.last_token_usage as last_usage

    from lines

),

-- Only the context that a turn began with says which model answers.
in_turns as (

    select
        *,
        last_value(if(line_type = 'turn_context', nullIf(fields.model, ''), null)) over turns_so_far as turn_model,
        max(if(line_type = 'session_meta', fields.model_provider, '')) over session_lines as model_provider

    from parsed
    window
        session_lines as (partition by session_id),
        turns_so_far as (
            partition by session_id
            order by logged_at, line_number
            rows between unbounded preceding and current row
        )

),

-- The count is sent again with every change of the rate limits and in every saved copy of the file;
-- what is counted in total tells one turn from the next.
turns as (

    select
        session_id,
        total_usage,
        argMin(in_turns.last_usage, (logged_at, line_number)) as last_usage,
        argMin(coalesce(turn_model, ''), (logged_at, line_number)) as model,
        max(in_turns.model_provider) as model_provider,
        min(line_number) as first_line_number,
        min(logged_at) as called_at

    from in_turns
    where
        line_type = 'event_msg'
        and (total_usage.total_tokens > 0 or in_turns.last_usage.total_tokens > 0)
    group by
        session_id,
        total_usage

),

-- Older versions count the total alone: the turn is what it grew by, unless it began anew.
measured as (

    select
        *,
        last_usage.total_tokens > 0 or last_usage.input_tokens > 0 as is_counted_alone,
        lagInFrame(turns.total_usage) over earlier_turns as previous_usage,
        if(
            previous_usage.total_tokens > total_usage.total_tokens,
            defaultValueOfArgumentType(total_usage),
            previous_usage
        ) as usage_before

    from turns
    window earlier_turns as (
        partition by session_id
        order by called_at, first_line_number
        rows between unbounded preceding and current row
    )

),

renamed as (

    select
        ----------  ids
        session_id,
        lower(hex(sipHash64(total_usage))) as turn_id,

        ----------  text
        model,
        if(model_provider != '', lower(model_provider), 'openai') as provider,

        ----------  numerics
        if(
            is_counted_alone,
            last_usage.input_tokens,
            toUInt64(total_usage.input_tokens - least(usage_before.input_tokens, total_usage.input_tokens))
        ) as input_tokens,
        if(
            is_counted_alone,
            last_usage.cached_input_tokens,
            toUInt64(total_usage.cached_input_tokens - least(usage_before.cached_input_tokens, total_usage.cached_input_tokens))
        ) as cached_input_tokens,
        if(
            is_counted_alone,
            last_usage.output_tokens,
            toUInt64(total_usage.output_tokens - least(usage_before.output_tokens, total_usage.output_tokens))
        ) as output_tokens,
        if(
            is_counted_alone,
            last_usage.reasoning_output_tokens,
            toUInt64(total_usage.reasoning_output_tokens - least(usage_before.reasoning_output_tokens, total_usage.reasoning_output_tokens))
        ) as reasoning_output_tokens,

        ----------  timestamps
        called_at

    from measured

)

select * from renamed
