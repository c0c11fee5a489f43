{% macro moments_variation(moments) -%}
    {#- Of x, from moments. -#}
    (({{ moments }}[1] * {{ moments }}[4] - {{ moments }}[2] * {{ moments }}[2]) / 1e18 / toUInt64({{ moments }}[1]))
{%- endmacro %}
