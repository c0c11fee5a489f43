{% macro input_category_by_score(score) -%}
    {{ category_below(score, var('input_category_score')) }}
{%- endmacro %}
