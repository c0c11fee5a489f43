{% macro failure_probability() -%}
    {#- For a failed run of `fits`: how likely as many failures just before it are by chance; NULL below the fewest runs, or without an error. -#}
    if(
        fits.has_error and fits.older_run_count >= {{ var('calibrated_error').min_runs }},
        {{ combined_p_value('[' ~
            beta_binomial_mid_p('fits.last_error_run_count', var('calibrated_last_runs') | int, 'fits.older_error_run_count', 'fits.older_run_count') ~ ', ' ~
            beta_binomial_mid_p('fits.recent_error_run_count', var('calibrated_recent_runs') | int, 'fits.older_error_run_count', 'fits.older_run_count')
        ~ ']') }},
        null
    )
{%- endmacro %}
