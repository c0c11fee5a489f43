{% macro shrunk_spread(history, parent) -%}
    {#-
        Robust scale of a history of residuals: how far from their median the share of the var `calibrated_spread` of them is,
        as a standard deviation; shrunk to the parent's by their logarithms, so that a quiet cohort of a noisy parent is soon
        known to be quiet. No scale is below the var `calibrated_min_scale`.
    -#}
    {%- set spread = var('calibrated_spread') -%}
    {%- set least = var('calibrated_min_scale') -%}
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
                + {{ var('calibrated_scale_prior_runs') }} * log(greatest({{ parent }}, {{ least }}))
            ) / (length({{ history }}) + {{ var('calibrated_scale_prior_runs') }})
        )
    )
{%- endmacro %}
