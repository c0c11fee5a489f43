{% macro coding_agent_attributes(attributes, scope=none) -%}
    {#-
        Attributes of a coding agent, which writes them without a prefix, under `coding_agent.`: so `model` or
        `input_tokens` of anybody else's span are not taken for those of a model call. Without a scope all are.
    -#}
    {%- set prefixed -%}
        mapApply(
            (name, value) -> (if(position(name, '.') = 0, concat('coding_agent.', name), name), value),
            {{ attributes }}
        )
    {%- endset -%}
    {%- if scope is none -%}
        {{ prefixed }}
    {%- else -%}
        if(match({{ scope }}, '{{ coding_agents().values() | map(attribute="scope") | join("|") }}'), {{ prefixed }}, {{ attributes }})
    {%- endif -%}
{%- endmacro %}
