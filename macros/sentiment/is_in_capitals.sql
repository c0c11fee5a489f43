{% macro is_in_capitals(word) -%}
    {#- Whether a word has letters, all of them capitals. -#}
    ({{ word }} = upperUTF8({{ word }}) and {{ word }} != lowerUTF8({{ word }}))
{%- endmacro %}
