{% macro deviation_in_words(metric) -%}
    {#- Calibrated deviation of a metric, over the columns of `score_calibrated_runs`. -#}
    concat(
        '{{ metric }} ', {{ fixed_decimals('assumeNotNull(' ~ metric ~ '_factor)', 2) }}, ' times the usual (',
        {{ fixed_decimals('assumeNotNull(calibrated_' ~ metric ~ '_z_score)', 1) }}, ' scales, ',
        baseline_cohort, ' of ', toString(baseline_run_count), if(baseline_run_count = 1, ' run)', ' runs)')
    )
{%- endmacro %}
