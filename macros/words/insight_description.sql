{% macro insight_description() -%}
    {#- What an insight says in sentences, over the columns of `found` in `mart_insights`: document D's where it has some. -#}
    multiIf(
        rule_id = 'cost_spike', concat(
            'Spending increased from ', {{ dollars('coalesce(previous_value, 0)') }}, ' to ', {{ dollars('coalesce(current_value, 0)') }}, ' compared to the previous period.',
            if(empty(drivers), '', concat(' Mostly ', drivers[1].1, ': ', {{ signed_dollars('drivers[1].2') }}, if(main_driver_reason = '', '', concat(', ', main_driver_reason)), '.'))
        ),
        rule_id in ('failure_pattern', 'failure_increase'),
        concat(
            toString(failed_run_count), ' of ', toString(finished_run_count), ' runs failed.',
            if(severity = 'critical', ' Immediate attention required.', '')
        ),
        rule_id in ('performance_degradation', 'performance_improvement'),
        concat(
            'Average execution time ', if(rule_id = 'performance_degradation', 'increased', 'decreased'), ' from ',
            {{ whole_number('previous_value') }}, 'ms to ', {{ whole_number('current_value') }}, 'ms.'
        ),
        rule_id = 'latency_variability', concat('One run in twenty takes ', {{ whole_number('current_value') }}, 'ms or more.'),
        rule_id = 'model_concentration', concat(subject_id, ' cost ', {{ dollars('coalesce(current_value, 0)') }}, '.'),
        rule_id = 'failed_run_waste', concat('That is ', {{ whole_number('value * 100') }}, '% of the cost.'),
        rule_id = 'open_outage', concat('No run has succeeded since. The failed runs cost ', {{ dollars('coalesce(current_value, 0)') }}, '.'),
        rule_id in ('cost_regression', 'duration_regression', 'quality_regression', 'budget_risk', 'failover'), cause,
        rule_id = 'anomalous_cost', concat(
            'They cost ', {{ dollars('coalesce(current_value, 0)') }},
            if(coalesce(previous_value < current_value, false), concat(', where ', {{ dollars('coalesce(previous_value, 0)') }}, ' was expected'), ''), '.'
        ),
        startsWith(rule_id, 'anomalous_') or rule_id = 'failed_checks', concat('They cost ', {{ dollars('coalesce(current_value, 0)') }}, '.'),
        rule_id in ('early_cost', 'early_duration'), concat(
            'On average ', if(rule_id = 'early_cost', {{ dollars('coalesce(current_value, 0)') }}, concat({{ whole_number('coalesce(current_value, 0)') }}, 'ms')), ' in ', toString(sample), ' runs',
            multiIf(
                previous_value is null, '',
                -- A change that lasts is expected after some runs, though they still differ from comparable ones.
                previous_value >= current_value, ', which predictions expect by now',
                rule_id = 'early_cost', concat(', where ', {{ dollars('coalesce(previous_value, 0)') }}, ' was expected'),
                concat(', where ', {{ whole_number('coalesce(previous_value, 0)') }}, 'ms was expected')
            ), '.'
        ),
        rule_id = 'model_switch', concat(
            '1,000 tokens cost ', {{ dollars('coalesce(current_value, 0)') }}, ', where they cost ', {{ dollars('coalesce(previous_value, 0)') }}, ' before.',
            if(p_value <= {{ var('early_signs').max_p_value }}, '', concat(' So far in ', toString(sample), if(sample = 1, ' run.', ' runs.')))
        ),
        startsWith(rule_id, 'odd_') or rule_id = 'early_quality',
        concat('It was ', {{ metric_in_words('current_value') }}, ', where ', {{ metric_in_words('previous_value') }}, ' was expected.'),
        concat('From ', {{ metric_in_words('previous_value') }}, ' to ', {{ metric_in_words('current_value') }}, ' compared to the previous period.')
    )
{%- endmacro %}
