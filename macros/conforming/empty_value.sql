{% macro empty_value(type) -%}
    {#- The value of a column that a source knows nothing about: NULL where the type allows it. -#}
    defaultValueOfTypeName('{{ type | replace("'", "\\'") }}')
{%- endmacro %}
