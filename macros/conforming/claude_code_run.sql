{% macro claude_code_run(relation) -%}
    {#- A session is a run; each of its sub-agents is a run below it. -#}
    concat({{ id_part(relation ~ '.session_id') }}, if({{ relation }}.agent_id = '', '', '/'), {{ relation }}.agent_id)
{%- endmacro %}
