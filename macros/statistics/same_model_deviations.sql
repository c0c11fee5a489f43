{% macro same_model_deviations(residuals, models, known_models, levels) -%}
    {#- How far each run is from the level of its own model; without the runs of other models. Equal runs stay equal. -#}
    arrayMap(
        run -> {{ rounded('run.1 - ' ~ levels ~ '[indexOf(' ~ known_models ~ ', run.2)]') }},
        arrayFilter(run -> has({{ known_models }}, run.2), arrayZip({{ residuals }}, {{ models }}))
    )
{%- endmacro %}
