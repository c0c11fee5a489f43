{{ config(enabled='otel' in var('sources')) }}

with

spans as (

    select * from {{ ref('stg_otel__operations') }}
    where span_role = 'tool'

),

lineages as (

    select * from {{ ref('int_span_lineages') }}
    where
        source = 'otel'
        and span_role = 'tool'

),

tool_calls as (

    select
        spans.*,
        tupleElement(lineages.lineage[1], 'span_id') as outer_span_id,
        -- A coding agent's events repeat the tools that its spans have.
        spans.record_kind = 'event' and max(spans.record_kind = 'span') over (partition by spans.run_key) as is_a_span_too

    from spans
    inner join lineages
        on
            spans.run_key = lineages.run_key
            and spans.span_id = lineages.span_id

),

tool_names as (

    select
        run_key,
        span_id,
        tool_name
    from spans

)

select
    'otel' as source,
    tool_calls.run_key as run_key,
    {{ run_id("'otel'", joined_id(['tool_calls.run_key', 'tool_calls.span_id'])) }} as tool_call_id,
    {{ run_id("'otel'", 'tool_calls.run_key') }} as run_id,
    tool_calls.tool_name as tool_name,
    toDateTime64(tool_calls.started_at, 3, 'UTC') as called_at,
    tool_calls.duration_ms as duration_ms,
    lengthUTF8(tool_calls.tool_input_text) as input_chars,
    lengthUTF8(tool_calls.tool_result_text) as result_chars,
    tool_calls.is_error as is_error

from tool_calls
left join tool_names
    on
        tool_calls.run_key = tool_names.run_key
        and tool_calls.outer_span_id = tool_names.span_id
-- An agent's tool call, the MCP client's and the MCP server's spans of it lie in each other.
where
    tool_names.tool_name != tool_calls.tool_name
    and not tool_calls.is_a_span_too
