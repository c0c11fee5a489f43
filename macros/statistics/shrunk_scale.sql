{% macro shrunk_scale(history, parent, prior_runs) -%}
    {#- MAD of a history, scaled to a standard deviation, shrunk to its parent's scale; averaged as squares. -#}
    if(
        empty({{ history }}),
        {{ parent }},
        sqrt(
            (
                length({{ history }})
                * pow(1.4826 * arrayReduce('median', arrayMap((v, middle) -> abs(v - middle), {{ history }}, arrayWithConstant(length({{ history }}), arrayReduce('median', {{ history }})))), 2)
                + {{ prior_runs }} * pow({{ parent }}, 2)
            ) / (length({{ history }}) + {{ prior_runs }})
        )
    )
{%- endmacro %}
