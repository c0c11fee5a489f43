{% macro id_part(part) -%}
    {#- A part of an id without the separator, which is written as in URLs; a part without one stays as it is. -#}
    replaceAll(replaceRegexpAll({{ part }}, '%(2F|25)', '%25\\1'), '/', '%2F')
{%- endmacro %}
