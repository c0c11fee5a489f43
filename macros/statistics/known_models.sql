{% macro known_models(models) -%}
    {#- Models with enough runs for a level of their own. -#}
    arrayFilter(
        own_model -> countEqual({{ models }}, own_model) >= {{ var('regression_test_windows').minimum_model_runs }},
        arraySort(arrayDistinct({{ models }}))
    )
{%- endmacro %}
