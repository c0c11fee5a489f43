{% macro otel_provider(names) -%}
    {#-
        Who bills, from the first name that is no framework's: some write their own where the provider belongs.
        Vercel's SDK puts the API behind it (`anthropic.messages`).
    -#}
    {%- set frameworks = [
        '', 'unknown', '_other', 'other', 'custom', 'strands-agents', 'strands', 'gcp.vertex.agent', 'langchain', 'langgraph',
        'llamaindex', 'llama_index', 'crewai', 'pydantic-ai', 'pydantic_ai', 'autogen', 'agno', 'mastra', 'openai-agents',
        'semantic_kernel', 'haystack', 'dspy', 'litellm', 'genkit'
    ] -%}
    {%- set renamed = {
        'google.vertex': 'vertex_ai',
        'google-vertex': 'vertex_ai',
        'vertex.anthropic': 'vertex_ai',
        'google.generativeai': 'google',
        'azure-openai': 'azure',
        'amazon-bedrock': 'bedrock',
        'gateway': 'vercel_ai_gateway',
        'togetherai': 'together_ai',
        'fireworks': 'fireworks_ai'
    } -%}
    arrayMap(
        name -> transform(
            name,
            ['{{ renamed.keys() | join("', '") }}'],
            ['{{ renamed.values() | join("', '") }}'],
            {{ billing_provider('name') }}
        ),
        [replaceRegexpOne(
            lower(arrayFirst(name -> lower(name) not in ('{{ frameworks | join("', '") }}'), {{ names }})),
            '\\.(chat|responses|messages|completions?|embeddings?|text-?embeddings?|image|speech|transcription|generative-ai|languagemodel)$',
            ''
        )]
    )[1]
{%- endmacro %}
