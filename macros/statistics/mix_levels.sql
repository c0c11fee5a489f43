{% macro mix_levels(residuals, models, known_models, levels) -%}
    {#- The level of each run's model; of a model without a level, the run itself says what it costs. -#}
    arrayMap(
        (value, own_model) -> {{ rounded(
            'if(has(' ~ known_models ~ ', own_model), ' ~ levels ~ '[indexOf(' ~ known_models ~ ', own_model)], value)'
        ) }},
        {{ residuals }},
        {{ models }}
    )
{%- endmacro %}
