{% macro is_repeating_agent(agent_id) -%}
    {#- Claude Code's side questions (/btw) and compactions: their files begin with the messages of another agent. -#}
    match({{ agent_id }}, '^(aside_question|acompact)')
{%- endmacro %}
