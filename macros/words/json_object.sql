{% macro json_object(fields) -%}
    {#- A tuple that toJSONString writes as an object, with the keys in order; of each field the expression and the type. -#}
    cast(
        tuple({% for expression, type in fields.values() %}{{ expression }}{{ ', ' if not loop.last }}{% endfor %}),
        'Tuple({% for name, field in fields.items() %}{{ name }} {{ field[1] }}{{ ', ' if not loop.last }}{% endfor %})'
    )
{%- endmacro %}
