{% macro model_levels(residuals, models, known_models) -%}
    {#- Median residual of each known model. -#}
    arrayMap(
        known_model -> arrayReduce(
            'median', arrayFilter((value, own_model) -> own_model = known_model, {{ residuals }}, {{ models }})
        ),
        {{ known_models }}
    )
{%- endmacro %}
