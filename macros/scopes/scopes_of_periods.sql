{% macro scopes_of_periods() -%}
    {#- Kinds of scope that only the marts of periods have: too many for a row per day, or compared elsewhere. -#}
    ('user', 'api_key', 'tag', 'training_method')
{%- endmacro %}
