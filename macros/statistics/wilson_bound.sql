{% macro wilson_bound(successes, trials, side) -%}
    {#- Unlike the normal interval it stays within 0 and 1 and holds for few trials and for shares near them. -#}
    {% set z = var('interval_z') -%}
    {% set n = 'toFloat64(' ~ trials ~ ')' -%}
    {% set p = '(toFloat64(' ~ successes ~ ') / ' ~ n ~ ')' -%}
    if(
        {{ n }} = 0,
        null,
        least(1.0, greatest(0.0, (
            {{ p }} + pow({{ z }}, 2) / (2 * {{ n }})
            {{ '-' if side == 'lower' else '+' }} {{ z }} * sqrt({{ p }} * (1 - {{ p }}) / {{ n }} + pow({{ z }} / (2 * {{ n }}), 2))
        ) / (1 + pow({{ z }}, 2) / {{ n }})))
    )
{%- endmacro %}
