{% macro deviation_in_words(metric) -%}
    {#- How far a metric is from the usual, over the columns of `score_calibrated_runs`. -#}
    concat(
        '{{ metric }} ', {{ fixed_decimals('assumeNotNull(' ~ metric ~ '_factor)', 2) }}, ' times the usual (',
        {{ fixed_decimals('assumeNotNull(' ~ metric ~ '_robust_z)', 1) }}, ' scales, ',
        judged_cohort, ' of ', toString(judged_run_count), if(judged_run_count = 1, ' run)', ' runs)')
    )
{%- endmacro %}
