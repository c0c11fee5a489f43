{% macro same_model_shift(recent, recent_models, baseline, baseline_models) -%}
    {#-
        Median distance of the recent runs from the baseline median of their own model; NULL where too few of
        them use a model that the baseline knows.
    -#}
    {%- set windows = var('regression_test_windows') -%}
    arrayReduce('medianOrNull', arrayFilter(
        difference -> difference is not null,
        arrayMap(
            (value, own_model) -> if(
                countEqual({{ baseline_models }}, own_model) >= {{ windows.minimum_model_runs }},
                value - arrayReduce(
                    'median',
                    arrayFilter((v, m) -> m = own_model, {{ baseline }}, {{ baseline_models }})
                ),
                null
            ),
            {{ recent }},
            {{ recent_models }}
        )
    ))
{%- endmacro %}
