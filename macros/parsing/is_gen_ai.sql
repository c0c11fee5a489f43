{% macro is_gen_ai(attribute_names) -%}
    {#- Whether a span, by the names of its attributes, is one of LLM work and not of the application around it. -#}
    arrayExists(
        name -> (
            name in ('openinference.span.kind', 'traceloop.span.kind', 'mcp.method.name')
            or startsWith(name, 'gen_ai.')
            or startsWith(name, 'llm.')
        ),
        {{ attribute_names }}
    )
{%- endmacro %}
