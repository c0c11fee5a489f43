{% macro signed_dollars(number) -%}
    {#- A change of money in words: +$5.20 or -$0.10. -#}
    concat(if({{ number }} < 0, '', '+'), {{ dollars(number) }})
{%- endmacro %}
