{% macro prediction_in_words() -%}
    {#- The predicted cost as a product, over the columns of `predicted_runs` in `prediction_runs`; or why there is none. -#}
    if(
        cost_fallback = 'none',
        concat('no prediction: no run of ', workflow_id, ' that cost something had ended before it started'),
        concat(
            if(known_cost_usd is null, '', concat({{ dollars('assumeNotNull(known_cost_usd)', 4) }}, ' for the input of its one call, and for the output ')),
            {{ dollars('assumeNotNull(cost_baseline_value)', 4) }}, ' typical of ', workflow_id,
            if(cost_fallback = 'workflow' or primary_model = '', '', concat(' on ', primary_model)),
            '; input of ', toString(input_chars), ' characters, usually ',
            toString(toUInt64(greatest(round(assumeNotNull(cost_baseline_size) - cost_fixed_chars), 0))),
            ': ', {{ signed_percent('(assumeNotNull(cost_size_factor) - 1) * 100') }},
            multiIf(
                cost_fallback != 'fitted', '',
                cost_cohort = 'species_size', '; this prompt with such an input: ',
                cost_cohort = 'species', '; this prompt: ',
                '; lately: '
            ),
            if(cost_fallback = 'fitted', {{ signed_percent('(assumeNotNull(cost_cohort_factor) - 1) * 100') }}, ''),
            multiIf(
                cost_fallback = 'few_runs', concat(' (of only ', toString(cost_run_count), if(cost_run_count = 1, ' run)', ' runs)')),
                cost_fallback = 'workflow', concat(
                    ' (of ', toString(cost_run_count), if(cost_run_count = 1, ' run', ' runs'), ' on other models)'
                ),
                ''
            )
        )
    )
{%- endmacro %}
