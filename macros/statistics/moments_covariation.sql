{% macro moments_covariation(moments) -%}
    {#- Of x and y, from moments. -#}
    (({{ moments }}[1] * {{ moments }}[5] - {{ moments }}[2] * {{ moments }}[3]) / 1e18 / toUInt64({{ moments }}[1]))
{%- endmacro %}
