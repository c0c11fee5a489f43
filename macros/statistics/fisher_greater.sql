{% macro fisher_greater(successes, trials, other_successes, other_trials) -%}
    {#- Sum of the hypergeometric probabilities of this table and of every more extreme one with its margins. -#}
    {% set hits = '(toInt64(' ~ successes ~ ') + toInt64(' ~ other_successes ~ '))' -%}
    {% set all = '(toInt64(' ~ trials ~ ') + toInt64(' ~ other_trials ~ '))' -%}
    least(1.0, arraySum(arrayMap(
        hit -> exp(
            {{ log_choose(trials, 'hit') }}
            + {{ log_choose(other_trials, hits ~ ' - hit') }}
            - {{ log_choose(all, hits) }}
        ),
        range(toInt64({{ successes }}), least(toInt64({{ trials }}), {{ hits }}) + 1)
    )))
{%- endmacro %}


{% macro log_choose(all, chosen) -%}
    (
        lgamma(toFloat64({{ all }}) + 1)
        - lgamma(toFloat64({{ chosen }}) + 1)
        - lgamma(toFloat64({{ all }}) - toFloat64({{ chosen }}) + 1)
    )
{%- endmacro %}
