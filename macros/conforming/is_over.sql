{% macro is_over(status) -%}
    {#- Whether a state, in the words of run_status, is final. -#}
    {{ status }} not in ('running', 'queued')
{%- endmacro %}
