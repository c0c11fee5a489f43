{% macro merged_copies(fields, copy='fields') -%}
    {#-
        Copies of a record as one, field by field: the value of the latest load that gives one (K15), as a tuple of
        the same names and types. An aggregate: the copies are what is grouped, with their `load_order`. A text that is
        empty gives nothing, as exports write what is missing so.
    -#}
    cast(
        (
            {%- for name, type in fields.items() %}
            {%- set value = copy ~ '.' ~ name %}
            {%- if type == 'String' %}
            ifNull(argMax(nullIf({{ value }}, ''), load_order), '')
            {%- else %}
            argMax({{ value }}, load_order)
            {%- endif %}
            {{- ',' if not loop.last }}
            {%- endfor %}
        ),
        'Tuple({% for name, type in fields.items() %}{{ name }} {{ type }}{{ ", " if not loop.last }}{% endfor %})'
    )
{%- endmacro %}
