{% macro read_count(text) -%}
    {#- A whole number as people and programs write it, however large; NULL where it is none. -#}
    if(
        toUInt64OrNull({{ text }}) is not null,
        toUInt64OrNull({{ text }}),
        accurateCastOrNull(round(toFloat64OrNull({{ readable_number(text, is_count=true) }})), 'UInt64')
    )
{%- endmacro %}
