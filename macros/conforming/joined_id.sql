{% macro joined_id(parts) -%}
    {#- Ids joined by slashes, so that no two lists of as many parts give the same. -#}
    concat({% for part in parts[:-1] %}{{ id_part(part) }}, '/', {% endfor %}{{ parts[-1] }})
{%- endmacro %}
