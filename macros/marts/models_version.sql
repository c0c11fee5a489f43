{% macro models_version() -%}
    {#- One number for how the registered models were trained. -#}
    assumeNotNull((select sum(cityHash64(model, training_method)) from {{ ref('int_registered_models') }}))
{%- endmacro %}
