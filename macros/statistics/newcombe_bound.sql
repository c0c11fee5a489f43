{% macro newcombe_bound(successes, trials, other_successes, other_trials, side) -%}
    {#- Newcombe's interval of the difference of two shares (1998, method 10): each side from Wilson's bounds. -#}
    {%- set share = '(' ~ successes ~ ' / ' ~ trials ~ ')' -%}
    {%- set other = '(' ~ other_successes ~ ' / ' ~ other_trials ~ ')' -%}
    {%- set is_low = side == 'lower' -%}
    {{ share }} - {{ other }} {{ '-' if is_low else '+' }} sqrt(
        pow({{ share }} - {{ wilson_bound(successes, trials, 'lower' if is_low else 'upper') }}, 2)
        + pow({{ other }} - {{ wilson_bound(other_successes, other_trials, 'upper' if is_low else 'lower') }}, 2)
    )
{%- endmacro %}
