{% macro percent_change(current, previous) -%}
    {#- Document B: no change can be stated against nothing, so 0, not infinity. -#}
    if({{ previous }} > 0, (({{ current }}) - ({{ previous }})) / ({{ previous }}) * 100, 0.0)
{%- endmacro %}
