{% macro known_models(models) -%}
    {#- Models with enough runs for a level of their own. -#}
    arrayFilter(
        own_model -> countEqual({{ models }}, own_model) >= {{ var('regression_test_windows').minimum_model_runs }},
        arraySort(arrayDistinct({{ models }}))
    )
{%- endmacro %}

{% macro model_levels(residuals, models, known_models) -%}
    {#- Median residual of each known model. -#}
    arrayMap(
        known_model -> arrayReduce(
            'median', arrayFilter((value, own_model) -> own_model = known_model, {{ residuals }}, {{ models }})
        ),
        {{ known_models }}
    )
{%- endmacro %}

{% macro same_model_deviations(residuals, models, known_models, levels) -%}
    {#- How far each run is from the level of its own model; without the runs of other models. Equal runs stay equal. -#}
    arrayMap(
        run -> {{ rounded('run.1 - ' ~ levels ~ '[indexOf(' ~ known_models ~ ', run.2)]') }},
        arrayFilter(run -> has({{ known_models }}, run.2), arrayZip({{ residuals }}, {{ models }}))
    )
{%- endmacro %}

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
