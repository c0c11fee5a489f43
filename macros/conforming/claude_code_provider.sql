{% macro claude_code_provider(model) -%}
    {#- Through routers the client talks to other makers' models, too; who bills then is not logged. -#}
    multiIf(
        match({{ model }}, '(^|\\.)anthropic\\.'), 'bedrock',
        match({{ model }}, '^claude.*@'), 'vertex_ai',
        match({{ model }}, '^(claude|<synthetic>)'), 'anthropic',
        ''
    )
{%- endmacro %}
