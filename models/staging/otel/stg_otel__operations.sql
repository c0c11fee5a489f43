{{ config(enabled='otel' in var('sources')) }}

with

spans as (

    select * from {{ ref('stg_otel__spans') }}

),

-- What libraries call the work, the most exact first.
kinds as (

    select
        *,
        arrayFirst(event -> event.name = 'exception', events) as exception,
        {{ otel_operation(first_attribute([
            'gen_ai.operation.name',
            'langfuse.observation.type',
            'openinference.span.kind',
            'traceloop.span.kind',
            'ai.operationId',
            'llm.request.type',
            'mlflow.spanType',
            'genkit:metadata:subtype',
            'coding_agent.span.type'
        ], 'kind_facts')) }} as logged_operation,
        -- Langfuse calls everything a span that nobody says more of, and Vercel's SDK appends a function's name.
        mapUpdate(
            mapFilter((name, value) -> not (name = 'langfuse.observation.type' and value = 'span'), facts),
            map(
                'ai.operationId', splitByChar(' ', facts['ai.operationId'])[1],
                'coding_agent.span.type', if(is_coding_agent, replaceOne(facts['span.type'], 'claude_code.', ''), '')
            )
        ) as kind_facts,
        match(scope_name, '{{ coding_agents().values() | map(attribute="scope") | join("|") }}') as is_coding_agent,
        arraySum(mapValues(counts)) > 0 or facts['langfuse.observation.usage_details'] != '' as has_tokens

    from spans

),

classified as (

    select
        *,
        multiIf(
            logged_operation != '', logged_operation,
            attributes['mcp.method.name'] = 'tools/call', 'execute_tool',
            attributes['mcp.method.name'] != '', attributes['mcp.method.name'],
            -- Older instrumentations name no operation, but a tool, an agent, or a model and what it used.
            not has_tokens and {{ first_attribute(['gen_ai.tool.name', 'gen_ai.tool.call.id'], 'facts') }} != '', 'execute_tool',
            facts['agent_name'] != '' and facts['model_name'] != '', 'invoke_agent',
            has_tokens, 'chat',
            {{ first_attribute(otel_names('model'), 'facts') }} != '' and is_gen_ai, 'chat',
            ''
        ) as operation_type,
        multiIf(
            operation_type in ('chat', 'generate_content', 'text_completion', 'embeddings'), 'call',
            operation_type = 'execute_tool', 'tool',
            -- Requests about tools and prompts, not their use.
            operation_type = '' or attributes['mcp.method.name'] != '', '',
            -- What works on calls of others may repeat their usage.
            lower(operation_type) in ({{ "'" ~ var('otel_step_operations') | join("', '") ~ "'" }}), 'step',
            -- An operation that nobody standardised is a call if it used tokens of a model.
            has_tokens, 'call',
            'step'
        ) as span_role

    from kinds

)

select
    source,
    run_key,
    run_version,
    trace_id,
    span_id,
    parent_span_id,
    record_kind,
    span_name,
    span_kind,
    scope_name,
    scope_version,
    operation_type,
    span_role,
    attributes,
    facts,
    counts,
    events,
    {{ first_attribute(otel_names('workflow_name'), 'facts') }} as workflow_name,
    {{ first_attribute(otel_names('agent_name'), 'facts') }} as agent_name,
    -- What an agent or stage is called, not the instance or the operation before it.
    multiIf(
        span_role != 'step', '',
        agent_name != '', agent_name,
        workflow_name != '' and operation_type = 'invoke_workflow', workflow_name,
        span_name
    ) as step_name,
    if(
        span_role = 'tool',
        coalesce(
            nullIf({{ first_attribute(otel_names('tool_name'), 'facts') }}, ''),
            -- The convention for a span's name: the operation, then its object.
            nullIf(replaceRegexpOne(span_name, '^(execute_tool|tools/call) ', ''), ''),
            'unnamed'
        ),
        ''
    ) as tool_name,
    {{ first_attribute(otel_names('conversation_id'), 'facts') }} as conversation_id,
    {{ first_attribute(otel_names('user_id'), 'facts') }} as user_id,
    resource_attributes['service.name'] as service_name,
    {{ first_attribute(['openinference.project.name', 'service.namespace', 'service.name'], 'resource_attributes') }} as project,
    {{ first_attribute(['deployment.environment.name', 'deployment.environment'], 'resource_attributes') }} as environment,
    multiIf(
        facts['error.type'] != '', facts['error.type'],
        exception.attributes['exception.type'] != '', exception.attributes['exception.type'],
        facts['coding_agent.status_code'] != '' and status = 'error', facts['coding_agent.status_code'],
        status in ('error', '2'), 'error',
        facts['coding_agent.success'] = 'false', 'error',
        ''
    ) as error_type,
    multiIf(
        error_type = '', '',
        status_message != '', status_message,
        exception.attributes['exception.message'] != '', exception.attributes['exception.message'],
        facts['coding_agent.error']
    ) as error_message,
    {{ first_attribute(otel_names('input_text')) }} as input_text,
    if(span_role = 'tool', {{ first_attribute(otel_names('tool_input_text')) }}, '') as tool_input_text,
    if(span_role = 'tool', {{ first_attribute(otel_names('tool_result_text')) }}, '') as tool_result_text,
    duration_ms,
    toBool(error_type != '') as is_error,
    is_gen_ai,
    started_at
from classified
