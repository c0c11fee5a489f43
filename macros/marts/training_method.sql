{% macro training_method(registered_models) -%}
    {#- How a fact's model was trained; a model that nobody registered is as its maker offers it. -#}
    toLowCardinality(if({{ registered_models }}.training_method = '', 'base', {{ registered_models }}.training_method)) as training_method
{%- endmacro %}
