{% macro binomial_tail(successes, trials, probability) -%}
    {#- Exact, because the normal approximation is far off for few trials of something rare. -#}
    arraySum(
        hits -> exp(
            lgamma({{ trials }} + 1) - lgamma(hits + 1) - lgamma({{ trials }} - hits + 1)
            + hits * log({{ probability }}) + ({{ trials }} - hits) * log(1 - {{ probability }})
        ),
        range(toUInt32({{ successes }}), {{ trials }} + 1)
    )
{%- endmacro %}
