{% macro mapped(value, mapping, otherwise=none) -%}
    {#- A value by a mapping of text to text; what is not in it stays as it is, or becomes `otherwise`. -#}
    transform(
        {{ value }},
        [{% for name in mapping %}'{{ name }}'{{ ', ' if not loop.last }}{% endfor %}]::Array(String),
        [{% for name in mapping %}'{{ mapping[name] }}'{{ ', ' if not loop.last }}{% endfor %}]::Array(String),
        {{ value if otherwise is none else "'" ~ otherwise ~ "'" }}
    )
{%- endmacro %}
