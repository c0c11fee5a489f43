{% macro training_method_of(registered_models) -%}
    {#- How a model was trained; one that nobody registered is as its maker offers it. -#}
    if({{ registered_models }}.training_method = '', 'base', {{ registered_models }}.training_method)
{%- endmacro %}
