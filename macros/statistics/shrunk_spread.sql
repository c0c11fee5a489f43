{% macro shrunk_spread(history, parent, prior_runs=none) -%}
    {#-
        Robust scale of a history of residuals: how far from their median the share of the var `calibrated_spread` of them is,
        as a standard deviation; shrunk to the parent's by their logarithms, so that a quiet cohort of a noisy parent is soon
        known to be quiet. No scale is below the var `calibrated_min_scale`.
    -#}
    {%- set spread = var('calibrated_spread') -%}
    {%- set least = var('calibrated_min_scale') -%}
    {%- set weight = var('calibrated_scale_prior_runs') if prior_runs is none else prior_runs -%}
    if(
        empty({{ history }}),
        greatest({{ parent }}, {{ least }}),
        exp(
            (
                length({{ history }}) * log(greatest(
                    {{ least }},
                    arrayReduce('quantile({{ spread.share }})', arrayMap((v, middle) -> abs(v - middle), {{ history }}, arrayWithConstant(length({{ history }}), arrayReduce('median', {{ history }}))))
                    / {{ spread.normal_quantile }}
                ))
                + {{ weight }} * log(greatest({{ parent }}, {{ least }}))
            ) / (length({{ history }}) + {{ weight }})
        )
    )
{%- endmacro %}
