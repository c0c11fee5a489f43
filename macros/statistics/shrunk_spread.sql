{% macro shrunk_spread(count, distance, parent, prior_runs=none) -%}
    {#-
        Robust scale of a history of residuals: the distance from their median that most of them are within
        (`distance_from_median`), as a standard deviation; shrunk to the parent's by their logarithms, so that a quiet cohort
        of a noisy parent is soon known to be quiet. No scale is below the var `calibrated_min_scale`.
    -#}
    {%- set least = var('calibrated_min_scale') -%}
    {%- set weight = var('calibrated_scale_prior_runs') if prior_runs is none else prior_runs -%}
    if(
        {{ count }} = 0,
        greatest({{ parent }}, {{ least }}),
        exp(
            (
                {{ count }} * log(greatest({{ least }}, {{ distance }} / {{ var('calibrated_spread').normal_quantile }}))
                + {{ weight }} * log(greatest({{ parent }}, {{ least }}))
            ) / ({{ count }} + {{ weight }})
        )
    )
{%- endmacro %}
