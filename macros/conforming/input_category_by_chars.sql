{% macro input_category_by_chars(chars) -%}
    {{ category_below(chars, var('input_category_chars')) }}
{%- endmacro %}
