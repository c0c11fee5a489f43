{% macro settled_baseline(keys, metrics) -%}
    {#-
        What the settled runs of each cohort add up to, exactly, so that a baseline goes on from there to
        the last digit. Sums of squares have 24 decimals.
    -#}
    select
        {{ keys | join(', ') }},
        count() as run_count,
        {%- for metric in metrics %}
        count({{ metric }}) as {{ metric }}_count,
        sum({{ metric }}) as {{ metric }}_sum,
        sum({{ metric }} * {{ metric }}) as {{ metric }}_square_sum,
        {%- endfor %}
        countIf(has_error) as error_run_count,
        min(ended_at) as start_at,
        max(ended_at) as end_at
    from settled_runs
    group by {{ keys | join(', ') }}
{%- endmacro %}
