{% test unique_combination(model, columns) %}
{#- Fails for every combination of the columns that more than one row has. -#}
select
    {{ columns | join(', ') }},
    count() as row_count
from {{ model }}
group by {{ columns | join(', ') }}
having row_count > 1
{% endtest %}
