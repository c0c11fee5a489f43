{% macro has_other_check(runs) -%}
    {#- Condition of the rows of a mart of runs whose `qa_status` is not the run's any more: verdicts come after a run has ended. -#}
    {%- set checked = '(select ' ~ key_hash(['run_id', 'qa_status'], 'checked.') ~ ' from ' ~ ref(runs) ~ " as checked where checked.qa_status != '')" -%}
    (qa_status != '' and {{ key_hash(['run_id', 'toString(qa_status)']) }} not in {{ checked }})
    or (qa_status = '' and run_id in (select checked.run_id from {{ ref(runs) }} as checked where checked.qa_status != ''))
{%- endmacro %}
