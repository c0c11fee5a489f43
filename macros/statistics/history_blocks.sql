{% macro history_blocks(placed_runs, values) -%}
    {#-
        CTEs up to `histories`: values of each cohort's runs in blocks of neighbouring runs, by place, each with the
        block before it. A history that is no longer than a block is within these two.
    -#}
blocks as (

    select
        cohort_key,
        block,
        arraySort(run -> run.1, groupArray((place, {{ values | join(', ') }}))) as runs
    from {{ placed_runs }}
    group by
        cohort_key,
        block

),

histories as materialized (

    select
        cohort_key,
        block,
        lagInFrame(runs) over block_order as previous_runs,
        arrayConcat(previous_runs, runs) as runs_until,
        {% for value in values -%}
            tupleElement(runs_until, {{ loop.index + 1 }}) as {{ value }}_until,
        {% endfor -%}
        length(previous_runs) as previous_count
    from blocks
    window block_order as (
        partition by cohort_key
        order by block
        rows between 1 preceding and current row
    )

)
{%- endmacro %}
