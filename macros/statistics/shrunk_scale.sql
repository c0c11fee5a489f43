{% macro shrunk_scale(history, parent, prior_runs=none) -%}
    {#- Spread of a history around its median (MAD as a normal deviation), shrunk to its parent's on the square. -#}
    if(
        empty({{ history }}),
        {{ parent }},
        sqrt(
            (
                length({{ history }})
                * pow(1.4826 * arrayReduce('median', arrayMap((v, middle) -> abs(v - middle), {{ history }}, arrayWithConstant(length({{ history }}), arrayReduce('median', {{ history }})))), 2)
                + {{ prior_runs or var('calibrated_scale_prior_runs') }} * pow({{ parent }}, 2)
            ) / (length({{ history }}) + {{ prior_runs or var('calibrated_scale_prior_runs') }})
        )
    )
{%- endmacro %}
