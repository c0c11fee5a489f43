{% macro shares_p_value(successes, trials, other_successes, other_trials) -%}
    {#-
        Two-sided, of the difference of two shares: by the pooled normal deviate; by Fisher's exact test, twice the
        smaller side, where a cell of fewer than five is expected (`is_small`, a column).
    -#}
    if(
        is_small,
        least(1.0, 2 * least(
            {{ fisher_greater('if(is_small, ' ~ successes ~ ', 0)', 'if(is_small, ' ~ trials ~ ', 0)',
                'if(is_small, ' ~ other_successes ~ ', 0)', 'if(is_small, ' ~ other_trials ~ ', 0)') }},
            {{ fisher_greater('if(is_small, ' ~ trials ~ ' - ' ~ successes ~ ', 0)', 'if(is_small, ' ~ trials ~ ', 0)',
                'if(is_small, ' ~ other_trials ~ ' - ' ~ other_successes ~ ', 0)', 'if(is_small, ' ~ other_trials ~ ', 0)') }}
        )),
        erfc(
            abs({{ successes }} / {{ trials }} - {{ other_successes }} / {{ other_trials }})
            / sqrt(pooled_share * (1 - pooled_share) * (1 / {{ trials }} + 1 / {{ other_trials }})) / sqrt(2)
        )
    )
{%- endmacro %}
