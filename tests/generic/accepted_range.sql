{% test accepted_range(model, column_name, min_value=none, max_value=none, inclusive=true) %}
{#- Fails for every value outside the range, and for nan, which compares with nothing. -#}
select {{ column_name }}
from {{ model }}
where
    false
    {%- if min_value is not none %}
    or not ({{ column_name }} {{ '>=' if inclusive else '>' }} {{ min_value }})
    {%- endif %}
    {%- if max_value is not none %}
    or not ({{ column_name }} {{ '<=' if inclusive else '<' }} {{ max_value }})
    {%- endif %}
{% endtest %}
