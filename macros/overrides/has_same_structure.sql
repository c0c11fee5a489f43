{% macro has_same_structure() -%}
    {#-
        Whether this model's table has the columns, order and comments that this code would give it. A build that
        plans knows, and tags the model (`orchestration/transformation/worker.py`); any other build does not.
    -#}
    {{- return('same-structure' in model.tags) -}}
{%- endmacro %}
