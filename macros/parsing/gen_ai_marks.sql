{% macro gen_ai_marks() -%}
    {#- How names of attributes of LLM work begin, behind the quotation mark that they have in JSON. -#}
    {{- return([
        '"gen_ai.', '"llm.', '"openinference.span.kind', '"traceloop.span.kind', '"mcp.method.name', '"ai.operationId',
        '"ai.model.', '"ai.usage.', '"ai.toolCall.', '"mlflow.spanType', '"mlflow.chat.', '"langfuse.observation.',
        '"gcp.vertex.agent.', '"genkit:', '"coding_agent.'
    ]) -}}
{%- endmacro %}
