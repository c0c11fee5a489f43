{{ config(enabled='chat' in var('sources')) }}

with

messages as (

    select
        *,
        {{ json_list('tools_called_json') }} as tools
    from {{ ref('stg_chat__messages') }}
    where tools_called_json not in ('', 'null', '[]')

),

-- A tool is listed by its name alone, or as an object, or as providers list function calls.
listed as (

    select
        conversation_id,
        message_id,
        is_tool_success,
        created_at,
        listed_tool,
        JSONType(listed_tool.1) = 'Object' as is_object,
        {{ json_fields({
            'name': 'String',
            'tool': 'String',
            'tool_name': 'String',
            'function': 'Tuple(name String, arguments String)',
            'arguments': 'String',
            'input': 'String',
            'result': 'String',
            'output': 'String',
            'success': 'String',
            'error': 'String',
            'duration_ms': 'Nullable(Float64)'
        }, 'listed_tool.1') }} as tool

    from messages
    array join arrayZip(tools, arrayEnumerate(tools)) as listed_tool

),

renamed as (

    select
        ----------  ids
        conversation_id,
        message_id,
        listed_tool.2 as tool_number,

        ----------  text
        multiIf(
            not is_object, trimBoth(listed_tool.1, '" '),
            tool.name != '', tool.name,
            tool.tool_name != '', tool.tool_name,
            tool.tool != '', tool.tool,
            tool.function.name
        ) as tool_name,

        ----------  numerics
        tool.duration_ms as duration_ms,
        lengthUTF8(multiIf(
            tool.arguments != '', tool.arguments,
            tool.input != '', tool.input,
            tool.function.arguments
        )) as input_chars,
        lengthUTF8(if(tool.result != '', tool.result, tool.output)) as result_chars,

        ----------  booleans
        -- The message logs whether its tools worked; a tool may have a status of its own.
        toBool(coalesce(
            not {{ parse_flag('tool.success') }},
            if(tool.error in ('', 'null', 'false'), null, true),
            not is_tool_success,
            false
        )) as is_error,

        ----------  timestamps
        created_at as called_at

    from listed

)

select * from renamed
where tool_name != ''
