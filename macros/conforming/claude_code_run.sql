{% macro claude_code_run(relation) -%}
    {#- A session is a run; each of its sub-agents is a run below it. -#}
    if({{ relation }}.agent_id = '', {{ relation }}.session_id, concat({{ relation }}.session_id, '/', {{ relation }}.agent_id))
{%- endmacro %}
