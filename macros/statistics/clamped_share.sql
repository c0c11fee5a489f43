{% macro clamped_share(successes, trials) -%}
    {#-
        A share as the probability of a test: never quite 0 or 1, where the first other outcome would be impossible; within
        [1 / (n + 1), n / (n + 1)].
    -#}
    least(
        {{ trials }} / ({{ trials }} + 1),
        greatest(1 / ({{ trials }} + 1), toFloat64({{ successes }}) / greatest({{ trials }}, 1))
    )
{%- endmacro %}
