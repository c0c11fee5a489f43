{% macro history_blocks(placed_runs, value='residual') -%}
    {#-
        CTEs up to `histories`: the residuals (or other values) of each cohort in blocks of neighbouring runs, each with the
        block before it. A history that is no longer than a block is within these two.
    -#}
blocks as (

    select
        cohort_key,
        block,
        arrayMap(run -> run.2, arraySort(groupArray((place, {{ value }})))) as residuals
    from {{ placed_runs }}
    group by
        cohort_key,
        block

),

histories as materialized (

    select
        cohort_key,
        block,
        lagInFrame(residuals) over block_order as previous_residuals,
        arrayConcat(previous_residuals, residuals) as residuals_until,
        length(previous_residuals) as previous_count
    from blocks
    window block_order as (
        partition by cohort_key
        order by block
        rows between 1 preceding and current row
    )

)
{%- endmacro %}
