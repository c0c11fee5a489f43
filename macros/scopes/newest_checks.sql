{% macro newest_checks() -%}
    {#- Of each run the newest verdict of its quality checks, which is the one that counts. -#}
    select
        evaluations.run_id as run_id,
        argMax(evaluations.label, (evaluations.evaluated_at, evaluations.evaluation_id)) as qa_status
    from {{ ref('int_evaluations') }} as evaluations
    where evaluations.evaluation_kind = 'qa_status'
    group by run_id
{%- endmacro %}
