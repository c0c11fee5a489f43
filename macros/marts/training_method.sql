{% macro training_method(registered_models) -%}
    {#- The column of a fact. -#}
    toLowCardinality({{ training_method_of(registered_models) }}) as training_method
{%- endmacro %}
