{% macro json_fields(fields, text='record') -%}
    {#- One typed extraction parses the record once; an extraction per field would parse it each time. -#}
    JSONExtract({{ text }}, 'Tuple({% for name, type in fields.items() %}{{ name }} {{ type }}{{ ", " if not loop.last }}{% endfor %})')
{%- endmacro %}
