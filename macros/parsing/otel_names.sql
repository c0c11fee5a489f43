{% macro otel_names(what) -%}
    {#-
        Every name that libraries have for one fact about a model call, the standard's own first. Names of a library
        that nobody knew go into the var `otel_attributes`, under the same keys. Names that begin with `coding_agent.` are
        those that coding agents write without any prefix (see `base_otel__file_events`); names with a JSON
        attribute before a dot are members of it (see `otel_facts`).
    -#}
    {%- set vercel = 'ai.response.providerMetadata' -%}
    {%- set adk = 'gcp.vertex.agent.llm_response' -%}
    {%- set known = {
        'input_tokens': [
            'gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens', 'llm.token_count.prompt', 'llm.usage.prompt_tokens',
            'ai.usage.inputTokens', 'ai.usage.promptTokens', 'ai.usage.tokens', 'mlflow.chat.tokenUsage.input_tokens',
            'genkit:output.inputTokens', 'response_data.prompt_tokens', 'response_data.input_tokens',
            'coding_agent.input_tokens', 'coding_agent.input_token_count'
        ],
        'output_tokens': [
            'gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens', 'llm.token_count.completion',
            'llm.usage.completion_tokens', 'ai.usage.outputTokens', 'ai.usage.completionTokens',
            'mlflow.chat.tokenUsage.output_tokens', 'genkit:output.outputTokens', 'response_data.completion_tokens',
            'response_data.output_tokens', 'coding_agent.output_tokens', 'coding_agent.output_token_count'
        ],
        'total_tokens': [
            'gen_ai.usage.total_tokens', 'llm.token_count.total', 'llm.usage.total_tokens', 'ai.usage.totalTokens',
            'mlflow.chat.tokenUsage.total_tokens', 'genkit:output.totalTokens', 'response_data.total_tokens',
            'codex.usage.total_tokens', 'coding_agent.total_token_count'
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
            'coding_agent.cache_read_tokens', 'coding_agent.cached_token_count', 'coding_agent.cached_content_token_count'
        ],
        'cache_write_tokens': [
            'gen_ai.usage.cache_creation.input_tokens', 'gen_ai.usage.cache_creation_input_tokens',
            'gen_ai.usage.cache_creation_tokens', 'gen_ai.usage.cache_write_tokens', 'gen_ai.usage.cache_write_input_tokens',
            'gen_ai.usage.cache_write.input_tokens', 'gen_ai.usage.input_tokens.cache_write', 'gen_ai.usage.details.cache_write_tokens',
            'gen_ai.usage.details.cache_creation_input_tokens', 'llm.token_count.prompt_details.cache_write',
            'llm.usage.cache_creation_input_tokens', 'ai.usage.inputTokenDetails.cacheWriteTokens',
            vercel ~ '.anthropic.usage.cache_creation_input_tokens', vercel ~ '.anthropic.cacheCreationInputTokens',
            vercel ~ '.bedrock.usage.cacheWriteInputTokens', 'mlflow.chat.tokenUsage.cache_creation_input_tokens',
            'response_data.cache_creation_input_tokens', 'gen_ai.usage.raw.cache_creation_input_tokens',
            'coding_agent.cache_creation_tokens', 'coding_agent.cache_write_tokens', 'coding_agent.cache_write_token_count'
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
            'coding_agent.reasoning_token_count', 'coding_agent.thoughts_token_count'
        ],
        'uncached_tokens': ['ai.usage.inputTokenDetails.noCacheTokens'],
        'anthropic_input_tokens': [vercel ~ '.anthropic.usage.input_tokens', 'gen_ai.usage.raw.input_tokens'],
        'audio_input_tokens': [
            'gen_ai.usage.audio.input_tokens', 'gen_ai.usage.input_audio_tokens', 'gen_ai.usage.details.audio_prompt_tokens',
            'llm.token_count.prompt_details.audio'
        ],
        'audio_output_tokens': [
            'gen_ai.usage.audio.output_tokens', 'gen_ai.usage.output_audio_tokens', 'gen_ai.usage.details.audio_candidates_tokens',
            'llm.token_count.completion_details.audio'
        ],
        'web_search': [
            'gen_ai.usage.details.web_search_requests', vercel ~ '.anthropic.usage.server_tool_use.web_search_requests',
            'gen_ai.usage.raw.server_tool_use.web_search_requests'
        ],
        'separate_thought_tokens': ['coding_agent.thoughts_token_count'],
        'separate_tool_tokens': ['coding_agent.tool_token_count'],
        'google_input_tokens': [adk ~ '.prompt_token_count', adk ~ '.promptTokenCount'],
        'google_tool_tokens': [adk ~ '.tool_use_prompt_token_count', adk ~ '.toolUsePromptTokenCount'],
        'google_answer_tokens': [adk ~ '.candidates_token_count', adk ~ '.candidatesTokenCount'],
        'google_thought_tokens': [adk ~ '.thoughts_token_count', adk ~ '.thoughtsTokenCount'],
        'google_total_tokens': [adk ~ '.total_token_count', adk ~ '.totalTokenCount'],
        'google_cached_tokens': [adk ~ '.cached_content_token_count', adk ~ '.cachedContentTokenCount'],
        'cost_usd': [
            'gen_ai.usage.cost', 'gen_ai.usage.cost_usd', 'gen_ai.usage.total_cost', 'gen_ai.cost.total_cost',
            'litellm.cost.total', 'llm.cost.total', 'operation.cost', 'langfuse.observation.cost_details.total',
            'mlflow.llm.cost.total_cost', vercel ~ '.gateway.cost', vercel ~ '.openrouter.usage.cost', 'coding_agent.cost_usd'
        ],
        'response_id': ['gen_ai.response.id', 'ai.response.id', 'llm.response.id'],
        'request_id': ['coding_agent.request_id', 'gen_ai.request.id', 'anthropic.request_id'],
        'model': [
            'gen_ai.response.model', 'ai.response.model', 'gen_ai.request.model', 'llm.response.model', 'llm.model_name',
            'embedding.model_name', 'llm.request.model', 'langfuse.observation.model.name', 'mlflow.llm.model', 'ai.model.id',
            'coding_agent.model', 'model_name'
        ],
        'provider': [
            'gen_ai.provider.name', 'gen_ai.system', 'llm.provider', 'llm.system', 'ai.model.provider', 'mlflow.llm.provider'
        ],
        'service_tier': [
            'gen_ai.openai.response.service_tier', 'openai.response.service_tier', 'gen_ai.response.service_tier',
            vercel ~ '.openai.serviceTier', vercel ~ '.anthropic.usage.service_tier', 'gen_ai.usage.raw.service_tier',
            'coding_agent.service_tier', 'coding_agent.speed',
            'gen_ai.openai.request.service_tier', 'openai.request.service_tier', 'gen_ai.request.service_tier'
        ],
        'region': [vercel ~ '.anthropic.usage.inference_geo', 'gen_ai.usage.raw.inference_geo'],
        'finish_reason': [
            'gen_ai.response.finish_reasons', 'gen_ai.response.finish_reason', 'ai.response.finishReason',
            'llm.response.finish_reason', 'llm.response.stop_reason', 'gcp.vertex.agent.llm_response.finish_reason',
            'coding_agent.stop_reason'
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
        'tool_name': ['gen_ai.tool.name', 'tool.name', 'ai.toolCall.name', 'coding_agent.tool_name', 'traceloop.entity.name'],
        'input_text': [
            'gen_ai.input.messages', 'input.value', 'gen_ai.prompt', 'gen_ai.prompt.0.content', 'traceloop.entity.input',
            'ai.prompt', 'langfuse.observation.input', 'mlflow.spanInputs', 'coding_agent.user_prompt'
        ],
        'tool_input_text': [
            'gen_ai.tool.call.arguments', 'input.value', 'traceloop.entity.input', 'ai.toolCall.args', 'coding_agent.tool_input'
        ],
        'tool_result_text': [
            'gen_ai.tool.call.result', 'output.value', 'traceloop.entity.output', 'ai.toolCall.result', 'coding_agent.output'
        ],
        'tool_call_id': ['gen_ai.tool.call.id', 'ai.toolCall.id', 'coding_agent.tool_use_id', 'coding_agent.call_id']
    } -%}
    {{- return(known[what] + ((var('otel_attributes', {}))[what] or [])) -}}
{%- endmacro %}
