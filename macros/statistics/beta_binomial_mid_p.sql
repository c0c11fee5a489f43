{% macro beta_binomial_mid_p(successes, trials, successes_before, trials_before) -%}
    {#-
        Probability of more successes, and half that of exactly as many, in further trials, after what was
        seen before. The share of successes is not taken for known (Jeffreys' prior), so the probability
        holds after few trials as well; the half makes it hold on average, because successes are whole numbers.
    -#}
    arraySum(
        hits -> if(hits = {{ successes }}, 0.5, 1) * exp(
            lgamma({{ trials }} + 1) - lgamma(hits + 1) - lgamma({{ trials }} - hits + 1)
            + lgamma(hits + {{ successes_before }} + 0.5) + lgamma({{ trials }} - hits + {{ trials_before }} - {{ successes_before }} + 0.5)
            - lgamma({{ trials }} + {{ trials_before }} + 1)
            - lgamma({{ successes_before }} + 0.5) - lgamma({{ trials_before }} - {{ successes_before }} + 0.5)
            + lgamma({{ trials_before }} + 1)
        ),
        range(toUInt32({{ successes }}), {{ trials }} + 1)
    )
{%- endmacro %}
