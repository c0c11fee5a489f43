{{ config(enabled='codex' in var('sources')) }}

with

items as (

    select
        session_id,
        line_number,
        logged_at,
        payload_type,
        {{ json_fields({
            'id': 'String',
            'call_id': 'String',
            'name': 'String',
            'arguments': 'String',
            'input': 'String',
            'action': 'String',
            'output': 'String'
        }, 'payload') }} as item,
        endsWith(payload_type, '_output') as is_output

    from {{ ref('base_codex__lines') }}
    where
        line_type = 'response_item'
        -- A copied history is another session's.
        and not is_inherited
        and payload_type in (
            'function_call', 'function_call_output', 'custom_tool_call', 'custom_tool_call_output',
            'local_shell_call', 'web_search_call'
        )

),

judged as (

    select
        *,
        -- Outputs are text, or a text of JSON with the text and the exit code in it.
        is_output and (
            JSONExtractInt(item.output, 'metadata', 'exit_code') != 0
            or JSONExtractRaw(item.output, 'success') = 'false'
            or match(item.output, '^(Exit code:|Process exited with code) *-?[1-9]')
        ) as is_failure

    from items

),

-- A call and its output are two lines; files that were saved again bring both again.
tool_calls as (

    select
        ----------  ids
        session_id,
        multiIf(
            item.call_id != '', item.call_id,
            item.id != '', item.id,
            concat('line-', toString(line_number))
        ) as tool_call_id,

        ----------  text
        argMinIf(
            multiIf(
                item.name != '', item.name,
                payload_type = 'local_shell_call', 'local_shell',
                payload_type = 'web_search_call', 'web_search',
                ''
            ),
            (logged_at, line_number),
            not is_output
        ) as tool_name,

        ----------  numerics
        maxIf(
            lengthUTF8(multiIf(
                item.arguments != '', item.arguments,
                item.input != '', item.input,
                item.action
            )),
            not is_output
        ) as input_chars,
        maxIf(lengthUTF8(item.output), is_output) as result_chars,

        ----------  booleans
        toBool(max(is_failure)) as is_error,

        ----------  timestamps
        minIf(logged_at, not is_output) as called_at,
        minOrNullIf(logged_at, is_output) as ended_at

    from judged
    group by
        session_id,
        tool_call_id

)

-- An output whose call was never saved has no name and no start: it is no call of its own.
select * from tool_calls
where tool_name != ''
