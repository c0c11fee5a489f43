{% macro merged_copies(fields, name, copy='fields') -%}
    {#-
        Copies of a record as one, field by field: the value of the latest load that gives one (K15), as columns that are
        read as `name.field`. Aggregates: the copies are what is grouped, with their `load_order`. A text that is empty
        gives nothing, as exports write what is missing so.
        One tuple of all fields would be as short, but each field that is read of a tuple of forty takes the engine a third
        of a millisecond to plan, in every query that reads the view.
    -#}
    {%- for field, type in fields.items() %}
        {%- set value = "tupleElement(" ~ copy ~ ", '" ~ field ~ "')" %}
        {%- if type == 'String' %}
        ifNull(argMax(nullIf({{ value }}, ''), load_order), '') as `{{ name }}.{{ field }}`
        {%- else %}
        argMax({{ value }}, load_order) as `{{ name }}.{{ field }}`
        {%- endif %}
        {{- ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
