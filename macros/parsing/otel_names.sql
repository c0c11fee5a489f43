{% macro otel_names(what) -%}
    {#-
        Every name that libraries have for one fact about a model call, the standard's own first. Names of a library
        that nobody knew go into the var `otel_attributes`, under the same keys. Names that begin with `agent.` are
        those that coding agents write without any prefix (see `base_otel__file_events`); names with a JSON
        attribute before a dot are members of it (see `otel_facts`).
    -#}
    {%- set vercel = 'ai.response.providerMetadata' -%}
    {%- set known = {
        'input_tokens': [
            'gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens', 'llm.token_count.prompt', 'llm.usage.prompt_tokens',
            'ai.usage.inputTokens', 'ai.usage.promptTokens', 'ai.usage.tokens', 'mlflow.chat.tokenUsage.input_tokens',
            'genkit:output.inputTokens', 'response_data.prompt_tokens', 'response_data.input_tokens',
            'agent.input_tokens', 'agent.input_token_count'
        ],
        'output_tokens': [
            'gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens', 'llm.token_count.completion',
            'llm.usage.completion_tokens', 'ai.usage.outputTokens', 'ai.usage.completionTokens',
            'mlflow.chat.tokenUsage.output_tokens', 'genkit:output.outputTokens', 'response_data.completion_tokens',
            'response_data.output_tokens', 'agent.output_tokens', 'agent.output_token_count'
        ],
        'total_tokens': [
            'gen_ai.usage.total_tokens', 'llm.token_count.total', 'llm.usage.total_tokens', 'ai.usage.totalTokens',
            'mlflow.chat.tokenUsage.total_tokens', 'genkit:output.totalTokens', 'response_data.total_tokens',
            'codex.usage.total_tokens'
        ],
        'cache_read_tokens': [
            'gen_ai.usage.cache_read.input_tokens', 'gen_ai.usage.cache_read_input_tokens', 'gen_ai.usage.cache_read_tokens',
            'gen_ai.usage.cached_tokens', 'gen_ai.usage.cached_input_tokens', 'gen_ai.usage.input_cached_tokens',
            'gen_ai.usage.input_tokens.cached', 'gen_ai.usage.input_tokens_details.cached_tokens',
            'gen_ai.usage.prompt_tokens_details.cached_tokens', 'gen_ai.usage.details.cache_read_tokens',
            'gen_ai.usage.details.cache_read_input_tokens', 'gen_ai.usage.details.cached_tokens',
            'gen_ai.usage.details.cached_content_tokens', 'llm.token_count.prompt_details.cache_read',
            'llm.usage.cache_read_input_tokens', 'ai.usage.inputTokenDetails.cacheReadTokens', 'ai.usage.cachedInputTokens',
            vercel ~ '.anthropic.usage.cache_read_input_tokens', vercel ~ '.anthropic.cacheReadInputTokens',
            vercel ~ '.bedrock.usage.cacheReadInputTokens', vercel ~ '.openai.cachedPromptTokens',
            vercel ~ '.google.usageMetadata.cachedContentTokenCount',
            'mlflow.chat.tokenUsage.cache_read_input_tokens', 'response_data.prompt_tokens_details.cached_tokens',
            'response_data.input_tokens_details.cached_tokens', 'response_data.cache_read_input_tokens',
            'gen_ai.usage.raw.cache_read_input_tokens', 'gen_ai.usage.raw.prompt_tokens_details.cached_tokens',
            'gen_ai.usage.raw.input_tokens_details.cached_tokens',
            'agent.cache_read_tokens', 'agent.cached_token_count', 'agent.cached_content_token_count'
        ],
        'cache_write_tokens': [
            'gen_ai.usage.cache_creation.input_tokens', 'gen_ai.usage.cache_creation_input_tokens',
            'gen_ai.usage.cache_creation_tokens', 'gen_ai.usage.cache_write_tokens', 'gen_ai.usage.cache_write_input_tokens',
            'gen_ai.usage.cache_write.input_tokens', 'gen_ai.usage.details.cache_write_tokens',
            'gen_ai.usage.details.cache_creation_input_tokens', 'llm.token_count.prompt_details.cache_write',
            'llm.usage.cache_creation_input_tokens', 'ai.usage.inputTokenDetails.cacheWriteTokens',
            vercel ~ '.anthropic.usage.cache_creation_input_tokens', vercel ~ '.anthropic.cacheCreationInputTokens',
            vercel ~ '.bedrock.usage.cacheWriteInputTokens', 'mlflow.chat.tokenUsage.cache_creation_input_tokens',
            'response_data.cache_creation_input_tokens', 'gen_ai.usage.raw.cache_creation_input_tokens',
            'agent.cache_creation_tokens', 'agent.cache_write_tokens', 'agent.cache_write_token_count'
        ],
        'cache_write_1h_tokens': [
            'gen_ai.usage.details.ephemeral_1h_input_tokens',
            vercel ~ '.anthropic.usage.cache_creation.ephemeral_1h_input_tokens',
            'response_data.cache_creation.ephemeral_1h_input_tokens',
            'gen_ai.usage.raw.cache_creation.ephemeral_1h_input_tokens'
        ],
        'reasoning_tokens': [
            'gen_ai.usage.reasoning.output_tokens', 'gen_ai.usage.reasoning_tokens', 'gen_ai.usage.output_reasoning_tokens',
            'gen_ai.usage.output_tokens.reasoning', 'gen_ai.usage.completion_tokens_details.reasoning_tokens',
            'gen_ai.usage.output_tokens_details.reasoning_tokens', 'gen_ai.usage.details.reasoning_tokens',
            'gen_ai.usage.details.thoughts_tokens', 'llm.token_count.completion_details.reasoning',
            'llm.usage.reasoning_tokens', 'ai.usage.outputTokenDetails.reasoningTokens', 'ai.usage.reasoningTokens',
            vercel ~ '.openai.reasoningTokens', 'genkit:output.thoughtsTokens', 'codex.usage.reasoning_output_tokens',
            'response_data.completion_tokens_details.reasoning_tokens', 'response_data.output_tokens_details.reasoning_tokens',
            'agent.reasoning_token_count', 'agent.thoughts_token_count'
        ],
        'cost_usd': [
            'gen_ai.usage.cost', 'gen_ai.usage.cost_usd', 'gen_ai.usage.total_cost', 'gen_ai.cost.total_cost',
            'litellm.cost.total', 'llm.cost.total', 'operation.cost', 'langfuse.observation.cost_details.total',
            'mlflow.llm.cost.total_cost', vercel ~ '.gateway.cost', vercel ~ '.openrouter.usage.cost', 'agent.cost_usd'
        ],
        'response_id': ['gen_ai.response.id', 'ai.response.id', 'llm.response.id'],
        'request_id': ['agent.request_id', 'gen_ai.request.id', 'anthropic.request_id'],
        'model': [
            'gen_ai.response.model', 'ai.response.model', 'gen_ai.request.model', 'llm.response.model', 'llm.model_name',
            'embedding.model_name', 'llm.request.model', 'langfuse.observation.model.name', 'mlflow.llm.model', 'ai.model.id',
            'agent.model', 'model_name'
        ],
        'provider': [
            'gen_ai.provider.name', 'gen_ai.system', 'llm.provider', 'llm.system', 'ai.model.provider', 'mlflow.llm.provider'
        ],
        'service_tier': [
            'gen_ai.openai.response.service_tier', 'openai.response.service_tier', 'gen_ai.response.service_tier',
            vercel ~ '.openai.serviceTier', vercel ~ '.anthropic.usage.service_tier', 'gen_ai.usage.raw.service_tier',
            'agent.service_tier', 'agent.speed',
            'gen_ai.openai.request.service_tier', 'openai.request.service_tier', 'gen_ai.request.service_tier'
        ],
        'region': [vercel ~ '.anthropic.usage.inference_geo', 'gen_ai.usage.raw.inference_geo'],
        'finish_reason': [
            'gen_ai.response.finish_reasons', 'gen_ai.response.finish_reason', 'ai.response.finishReason',
            'llm.response.finish_reason', 'llm.response.stop_reason', 'gcp.vertex.agent.llm_response.finish_reason',
            'agent.stop_reason'
        ],
        'conversation_id': [
            'gen_ai.conversation.id', 'session.id', 'langfuse.session.id', 'mlflow.trace.session', 'conversation.id',
            'traceloop.association.properties.session_id', 'ai.telemetry.metadata.sessionId', 'gcp.vertex.agent.session_id'
        ],
        'user_id': [
            'user.id', 'enduser.id', 'langfuse.user.id', 'mlflow.trace.user', 'traceloop.association.properties.user_id',
            'ai.telemetry.metadata.userId', 'metadata.user_api_key_user_id', 'llm.user'
        ],
        'team_id': ['metadata.user_api_key_team_id', 'team.id'],
        'organization_id': ['organization.id', 'metadata.user_api_key_org_id'],
        'api_key_id': ['metadata.user_api_key_hash'],
        'api_key_alias': ['metadata.user_api_key_alias'],
        'tags': ['langfuse.trace.tags', 'tag.tags', 'ai.telemetry.metadata.tags', 'metadata.tags'],
        'workflow_name': ['gen_ai.workflow.name', 'traceloop.workflow.name', 'langfuse.trace.name'],
        'agent_name': ['gen_ai.agent.name', 'agent.name', 'agent_name', 'ai.telemetry.functionId'],
        'tool_name': ['gen_ai.tool.name', 'tool.name', 'ai.toolCall.name', 'agent.tool_name', 'traceloop.entity.name'],
        'tool_call_id': ['gen_ai.tool.call.id', 'ai.toolCall.id', 'agent.tool_use_id', 'agent.call_id']
    } -%}
    {{- return(known[what] + ((var('otel_attributes', {}))[what] or [])) -}}
{%- endmacro %}
