{% macro undated_model_name(normal_name) -%}
    {#- A normal name without the release at its end. -#}
    replaceRegexpOne({{ normal_name }}, '{{ var("model_name_release") }}', '')
{%- endmacro %}
