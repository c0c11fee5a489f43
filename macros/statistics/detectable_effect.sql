{% macro detectable_effect() -%}
    {#-
        The smallest difference that a test of so many units would have found with the power of the var `comparison`: of a
        share and of ratings a difference, of what is skewed a share. Reads the columns of `int_comparison_tests`.
    -#}
    {%- set power = '(' ~ var('interval_z') ~ ' + ' ~ var('comparison').power_z ~ ')' -%}
    multiIf(
        not is_tested, null,
        way = 'delta', {{ power }} * share_error,
        way = 'newcombe', {{ power }} * sqrt(control_share * (1 - control_share) * (1 / variant_n + 1 / control_n)),
        way = 'welch_logs',
        exp({{ power }} * sqrt({{ pooled_variance('variant_log_variance', 'length(variant_logs)', 'control_log_variance', 'length(control_logs)') }}
            * (1 / length(variant_logs) + 1 / length(control_logs)))) - 1,
        {{ power }} * sqrt({{ pooled_variance('variant_se2 * variant_n', 'variant_n', 'control_se2 * control_n', 'control_n') }}
            * (1 / variant_n + 1 / control_n))
    )
{%- endmacro %}


{% macro pooled_variance(variance, n, other_variance, other_n) -%}
    ((({{ n }} - 1) * {{ variance }} + ({{ other_n }} - 1) * {{ other_variance }}) / ({{ n }} + {{ other_n }} - 2))
{%- endmacro %}
