{% test unique_combination_of_columns(model, combination_of_columns) %}
{#- The test of dbt_utils, which cannot be installed from a package registry. Fails for every combination of the columns that more than one row has. -#}
select
    {{ combination_of_columns | join(', ') }},
    count() as row_count
from {{ model }}
group by {{ combination_of_columns | join(', ') }}
having row_count > 1
{% endtest %}
