{{ config(enabled='otel' in var('sources')) }}

with

spans as (

    select * from {{ ref('base_otel__file_spans') }}

    {% if var('otel_traces_table') != '' -%}
        union all

        select * from {{ ref('base_otel__exported_spans') }}
    {%- endif %}

),

-- A span that was exported or loaded again comes again; of two versions the one that says more counts.
deduplicated as (

    select
        trace_id,
        span_id,
        argMax(
            (
                parent_span_id,
                span_name,
                span_kind,
                scope_name,
                resource_attributes,
                attributes,
                events,
                status_code,
                status_message,
                duration_ms,
                is_gen_ai,
                started_at
            ),
            (length(attributes), coalesce(duration_ms, -1), toString(attributes), started_at)
        ) as span
    from spans
    group by
        trace_id,
        span_id

),

named as (

    select
        trace_id,
        span_id,
        if(span.1 = span_id, '', span.1) as parent_span_id,
        span.2 as span_name,
        replaceOne(lower(span.3), 'span_kind_', '') as logged_kind,
        span.4 as scope_name,
        span.5 as resource_attributes,
        span.6 as attributes,
        span.7 as events,
        replaceOne(lower(span.8), 'status_code_', '') as logged_status,
        span.9 as status_message,
        span.10 as duration_ms,
        span.11 as is_gen_ai,
        span.12 as started_at,
        arrayFirst(event -> event.name = 'exception', events) as exception,
        lower({{ first_attribute(['openinference.span.kind', 'traceloop.span.kind', 'llm.request.type']) }}) as library_kind,
        {{ first_attribute([
            'gen_ai.usage.input_tokens',
            'gen_ai.usage.prompt_tokens',
            'llm.token_count.prompt',
            'llm.usage.prompt_tokens'
        ]) }} as input_tokens_text,
        {{ first_attribute([
            'gen_ai.usage.output_tokens',
            'gen_ai.usage.completion_tokens',
            'llm.token_count.completion',
            'llm.usage.completion_tokens'
        ]) }} as output_tokens_text,
        {{ first_attribute([
            'gen_ai.usage.total_tokens',
            'llm.token_count.total',
            'llm.usage.total_tokens'
        ]) }} as total_tokens_text,
        {{ first_attribute([
            'gen_ai.usage.cache_read.input_tokens',
            'gen_ai.usage.cache_read_input_tokens',
            'gen_ai.usage.input_cached_tokens',
            'gen_ai.usage.details.cache_read_tokens',
            'llm.token_count.prompt_details.cache_read'
        ]) }} as cache_read_text,
        {{ first_attribute([
            'gen_ai.usage.cache_creation.input_tokens',
            'gen_ai.usage.cache_creation_input_tokens',
            'gen_ai.usage.details.cache_write_tokens',
            'llm.token_count.prompt_details.cache_write'
        ]) }} as cache_write_text,
        {{ first_attribute([
            'gen_ai.usage.reasoning.output_tokens',
            'gen_ai.usage.reasoning_tokens',
            'gen_ai.usage.details.reasoning_tokens',
            'llm.token_count.completion_details.reasoning'
        ]) }} as reasoning_text,
        coalesce(
            {{ parse_money(first_attribute(['gen_ai.usage.cost', 'llm.cost.total'])) }},
            -- Prompt and completion apart, each possibly missing.
            if(
                attributes['llm.cost.prompt'] != '' or attributes['llm.cost.completion'] != '',
                coalesce({{ parse_money("attributes['llm.cost.prompt']") }}, toDecimal64(0, 12))
                + coalesce({{ parse_money("attributes['llm.cost.completion']") }}, toDecimal64(0, 12)),
                null
            )
        ) as logged_cost_usd

    from deduplicated

),

-- What kind of work a span is, in the semantic conventions' words, whatever the library calls it.
classified as (

    select
        *,
        multiIf(
            attributes['gen_ai.operation.name'] != '', attributes['gen_ai.operation.name'],
            library_kind in ('llm', 'chat'), 'chat',
            library_kind = 'completion', 'text_completion',
            library_kind in ('embedding', 'embeddings'), 'embeddings',
            library_kind = 'tool' or attributes['mcp.method.name'] = 'tools/call', 'execute_tool',
            library_kind = 'agent', 'invoke_agent',
            library_kind = 'workflow', 'invoke_workflow',
            library_kind = 'retriever', 'retrieval',
            library_kind != '', library_kind,
            attributes['mcp.method.name'] != '', attributes['mcp.method.name'],
            -- Older instrumentations name no operation, but a model and what it used.
            input_tokens_text || output_tokens_text || total_tokens_text != '', 'chat',
            {{ first_attribute(['gen_ai.request.model', 'llm.model_name']) }} != '', 'chat',
            ''
        ) as operation_type,
        multiIf(
            operation_type in ('chat', 'generate_content', 'text_completion', 'embeddings'), 'call',
            operation_type = 'execute_tool', 'tool',
            -- Requests about tools and prompts, not their use.
            operation_type = '' or attributes['mcp.method.name'] != '', '',
            -- What works on calls of others may repeat their usage.
            operation_type in ({{ "'" ~ var('otel_step_operations') | join("', '") ~ "'" }}), 'step',
            -- An operation that nobody standardised is a call if it used tokens of a model.
            input_tokens_text || output_tokens_text || total_tokens_text != '', 'call',
            'step'
        ) as span_role,
        -- Libraries that do not log the id of the answer log the answer.
        multiIf(
            attributes['gen_ai.response.id'] != '', attributes['gen_ai.response.id'],
            span_role = 'call', JSONExtractString(attributes['output.value'], 'id'),
            ''
        ) as response_id,
        {{ billing_provider(first_attribute([
            'gen_ai.provider.name',
            'gen_ai.system',
            'llm.provider',
            'llm.system'
        ])) }} as provider,
        coalesce({{ parse_count('total_tokens_text') }}, 0) as total_tokens,
        coalesce({{ parse_count('output_tokens_text') }}, 0) as output_tokens,
        toUInt64(coalesce(
            {{ parse_count('input_tokens_text') }},
            -- Some log the total and the output alone.
            total_tokens - least(output_tokens, total_tokens)
        )) as input_tokens,
        coalesce({{ parse_count('cache_read_text') }}, 0) as cache_read_tokens,
        coalesce({{ parse_count('cache_write_text') }}, 0) as cache_write_tokens,
        coalesce({{ parse_count('reasoning_text') }}, 0) as reasoning_tokens,
        cache_read_tokens + cache_write_tokens as cached_tokens

    from named

)

select
    ----------  ids
    trace_id,
    span_id,
    parent_span_id,
    response_id,
    {{ first_attribute(['gen_ai.conversation.id', 'session.id', 'traceloop.association.properties.session_id']) }} as conversation_id,
    {{ first_attribute(['user.id', 'enduser.id', 'traceloop.association.properties.user_id']) }} as user_id,
    attributes['gen_ai.tool.call.id'] as tool_call_id,

    ----------  text
    span_name,
    transform(
        logged_kind,
        ['0', '1', '2', '3', '4', '5'],
        ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'],
        logged_kind
    ) as span_kind,
    operation_type,
    span_role,
    {{ first_attribute([
        'gen_ai.response.model',
        'gen_ai.request.model',
        'llm.model_name',
        'embedding.model_name',
        'llm.request.model'
    ]) }} as model,
    provider,
    {{ first_attribute(['gen_ai.workflow.name', 'traceloop.workflow.name']) }} as workflow_name,
    {{ first_attribute(['gen_ai.agent.name', 'agent.name']) }} as agent_name,
    if(
        span_role = 'tool',
        coalesce(
            nullIf({{ first_attribute(['gen_ai.tool.name', 'tool.name', 'traceloop.entity.name']) }}, ''),
            -- The convention for a span's name: the operation, then its object.
            nullIf(replaceRegexpOne(span_name, '^(execute_tool|tools/call) ', ''), ''),
            'unnamed'
        ),
        ''
    ) as tool_name,
    scope_name,
    resource_attributes['service.name'] as service_name,
    {{ first_attribute(['openinference.project.name', 'service.namespace', 'service.name'], 'resource_attributes') }} as project,
    {{ first_attribute(['deployment.environment.name', 'deployment.environment'], 'resource_attributes') }} as environment,
    {{ first_attribute([
        'gen_ai.input.messages',
        'input.value',
        'gen_ai.prompt',
        'gen_ai.prompt.0.content',
        'traceloop.entity.input'
    ]) }} as input_text,
    {{ first_attribute(['gen_ai.tool.call.arguments', 'input.value', 'traceloop.entity.input']) }} as tool_input_text,
    {{ first_attribute(['gen_ai.tool.call.result', 'output.value', 'traceloop.entity.output']) }} as tool_result_text,
    multiIf(
        attributes['error.type'] != '', attributes['error.type'],
        exception.attributes['exception.type'] != '', exception.attributes['exception.type'],
        logged_status in ('error', '2'), 'error',
        ''
    ) as error_type,
    multiIf(
        error_type = '', '',
        status_message != '', status_message,
        exception.attributes['exception.message']
    ) as error_message,
    -- Contents are left out: they are long, and they are what people said.
    toJSONString(mapFilter(
        (name, _) -> not match(name, '{{ var("otel_content_attributes") }}'),
        attributes
    )) as metadata_json,
    -- An evaluation is an event of the span it judges, or has a span of its own.
    arrayConcat(
        arrayFilter(event -> event.name = 'gen_ai.evaluation.result', events),
        if(
            attributes['gen_ai.evaluation.name'] = '',
            [],
            [cast(
                ('', started_at, attributes),
                'Tuple(name String, happened_at DateTime64(9, \'UTC\'), attributes Map(String, String))'
            )]
        )
    ) as evaluations,

    ----------  numerics
    duration_ms,
    input_tokens,
    output_tokens,
    cache_read_tokens,
    cache_write_tokens,
    reasoning_tokens,
    logged_cost_usd,

    ----------  booleans
    -- Whether input_tokens include the cached ones; NULL leaves it to the price book and the counts.
    multiIf(
        cached_tokens = 0, null,
        -- More cached tokens than input, or a total that adds them: they are beside it.
        cached_tokens > input_tokens, false,
        total_tokens = input_tokens + output_tokens + cached_tokens, false,
        -- The semantic conventions since they name cached tokens, and OpenInference: input is the whole.
        attributes['gen_ai.usage.cache_read.input_tokens'] || attributes['gen_ai.usage.cache_creation.input_tokens'] != '', true,
        attributes['gen_ai.usage.input_tokens'] || attributes['gen_ai.usage.prompt_tokens'] = ''
        and attributes['llm.token_count.prompt'] != '', true,
        -- Of the APIs only Anthropic's counts them beside, and libraries pass on either.
        provider not in ('anthropic', 'bedrock', 'vertex_ai', ''), true,
        null
    ) as is_cache_in_input,
    toBool(error_type != '') as is_error,
    is_gen_ai,

    ----------  timestamps
    started_at

from classified
