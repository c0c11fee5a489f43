{% macro regression_effect(shift, metric) -%}
    {#- Cost and duration are compared as logs, so their shift is a factor; a score's is a difference. -#}
    if({{ metric }} = 'quality', {{ shift }}, exp({{ shift }}) - 1)
{%- endmacro %}
