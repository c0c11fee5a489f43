{% macro insight_title() -%}
    {#-
        An insight's title, over the columns of `found` in `mart_insights`: document D's where it has one, else the metric's label and
        its change, so that a rule on any metric has a title.
    -#}
    multiIf(
        rule_id = 'cost_spike', concat('Cost increased by ', {{ whole_number('value') }}, '%'),
        rule_id in ('failure_pattern', 'failure_increase'),
        concat(
            if(severity = 'critical', 'Critical', 'Elevated'), ' failure rate: ', {{ whole_number('failed_run_count * 100 / greatest(finished_run_count, 1)') }}, '%'
        ),
        rule_id = 'performance_degradation', concat('Execution time increased by ', {{ whole_number('value') }}, '%'),
        rule_id = 'performance_improvement', concat('Execution time decreased by ', {{ whole_number('value') }}, '%'),
        rule_id = 'latency_variability', concat('High latency variability: p95 is ', {{ rounded_half_up('coalesce(value, 0)', 1) }}, ' times the median'),
        rule_id = 'model_concentration', concat('One model makes up ', {{ whole_number('value * 100') }}, '% of cost'),
        rule_id = 'failed_run_waste', concat({{ dollars('coalesce(current_value, 0)') }}, ' went to failed runs'),
        rule_id = 'open_outage', concat(scope_key, ' has been failing since ', cause, ' (', {{ whole_number('value') }}, ' runs)'),
        rule_id = 'usage_change', concat('Runs ', if(change_pct > 0, 'increased', 'decreased'), ' by ', {{ whole_number('value') }}, '%'),
        rule_id = 'cost_regression', concat('A run costs ', {{ whole_number('value') }}, '% more than before'),
        rule_id = 'duration_regression', concat('A run takes ', {{ whole_number('value') }}, '% longer than before'),
        rule_id = 'quality_regression', concat('Quality fell by ', {{ whole_number('value') }}, ' points of 100'),
        startsWith(rule_id, 'odd_'), concat(label, ': unlike other days on ', toString(since_date)),
        startsWith(rule_id, 'anomalous_'), concat(
            {{ whole_number('value') }}, if(value = 1, ' run with ', ' runs with '),
            transform(rule_id, ['anomalous_cost', 'anomalous_duration'], ['an odd cost', 'an odd duration'], 'odd errors or no output')
        ),
        rule_id = 'early_cost', 'The last days\' runs cost more than comparable ones',
        rule_id = 'early_duration', 'The last days\' runs took longer than comparable ones',
        rule_id = 'early_quality', concat(label, ': worse in the last days than before'),
        rule_id = 'failed_checks', concat({{ whole_number('value') }}, if(value = 1, ' run', ' runs'), ' of the last days failed the quality checks'),
        rule_id = 'model_switch', concat(
            if(p_value <= {{ var('early_signs').max_p_value }}, 'Switched', 'Possibly switched'), ' from ', cause, ' to ', subject_id
        ),
        rule_id = 'failover', concat(subject_id, ' fails more than other providers on ', scope_key),
        rule_id = 'budget_risk', concat('Budget ', subject_id, if(severity = 'critical', ' is spent', ' will not last')),
        concat(label, if(coalesce(current_value < previous_value, false), ' fell', ' rose'), ' to ', {{ metric_in_words('current_value') }})
    )
{%- endmacro %}
