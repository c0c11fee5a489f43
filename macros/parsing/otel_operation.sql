{% macro otel_operation(kind) -%}
    {#-
        What kind of work a record is of, in the words of OpenTelemetry's conventions, from what a library calls it.
        What a library names itself stays as it is.
    -#}
    {%- set operations = {
        'chat': [
            'llm', 'chat', 'chat_model', 'generation', 'generate', 'model', 'background-model', 'llm_call', 'llm_request',
            'response', 'responses', 'aresponses', 'acompletion', 'anthropic_messages', 'inference',
            'ai.generatetext.dogenerate', 'ai.streamtext.dostream', 'ai.generateobject.dogenerate',
            'ai.streamobject.dostream'
        ],
        'text_completion': ['completion', 'text_completion', 'atext_completion'],
        'generate_content': ['generate_content', 'agenerate_content'],
        'embeddings': [
            'embedding', 'embeddings', 'embedder', 'aembedding', 'ai.embed', 'ai.embedmany', 'ai.embed.doembed',
            'ai.embedmany.doembed'
        ],
        'execute_tool': ['tool', 'tool.v2', 'tool_call', 'execute_tool', 'ai.toolcall'],
        'invoke_agent': [
            'agent', 'agent_call', 'invoke_agent', 'interaction', 'ai.generatetext', 'ai.streamtext', 'ai.generateobject',
            'ai.streamobject'
        ],
        'invoke_workflow': ['workflow'],
        'retrieval': ['retriever']
    } -%}
    {%- set names = [] -%}
    {%- set meanings = [] -%}
    {%- for meaning, kinds in operations.items() -%}
        {%- do names.extend(kinds) -%}
        {%- for kind_name in kinds -%}{%- do meanings.append(meaning) -%}{%- endfor -%}
    {%- endfor -%}
    transform(lower({{ kind }}), ['{{ names | join("', '") }}'], ['{{ meanings | join("', '") }}'], {{ kind }})
{%- endmacro %}
