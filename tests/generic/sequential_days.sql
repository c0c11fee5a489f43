{% test sequential_days(model, partition_by, date_column) %}
{#- Fails for every group that has a day twice, or a gap between its first day and its last. -#}
select
    {{ partition_by | join(', ') }},
    count() as row_count
from {{ model }}
group by {{ partition_by | join(', ') }}
having row_count != dateDiff('day', min({{ date_column }}), max({{ date_column }})) + 1 or row_count != uniqExact({{ date_column }})
{% endtest %}
