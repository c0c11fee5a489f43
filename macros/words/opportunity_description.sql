{% macro opportunity_description() -%}
    {#- What an opportunity is made of, in sentences, over the columns of `mart_opportunities`. -#}
    concat(
        multiIf(
            advice != '', concat(advice, '.'),
            opportunity_type = 'model_downgrade', concat('Switch from ', model, ' to ', advised_model, ' for simple tasks.'),
            opportunity_type = 'reliability', 'Reduce failures to cut wasted resources.',
            concat(toString(run_count), if(run_count = 1, ' run shows it.', ' runs of a step show it.'))
        ),
        ' ', {{ dollars('potential_savings_usd') }}, ' of ', {{ dollars('current_cost_usd') }}, ' in ', toString(period_last_date - period_start_date + 1), ' days',
        if(net_savings_usd < potential_savings_usd, concat(', ', {{ dollars('net_savings_usd') }}, ' of it beyond other opportunities'), ''),
        if(estimate_basis = 'price_book', '; an estimate from prices; quality not measured.', '.')
    )
{%- endmacro %}
