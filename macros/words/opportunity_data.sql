{% macro opportunity_data() -%}
    {#- An opportunity as document D's JSON object; `potential_savings` is the net, so that a list of them adds up. -#}
    {%- set number = 'Float64' -%}
    toJSONString({{ json_object({
        'type': ('toString(opportunity_type)', 'String'),
        'description': ('description', 'String'),
        'current_cost': ('toFloat64(current_cost_usd)', number),
        'potential_savings': ('toFloat64(net_savings_usd)', number),
        'gross_savings': ('toFloat64(potential_savings_usd)', number),
        'savings_percent': ('round(coalesce(savings_pct, 0), 2)', number),
        'recommendation': ("replaceAll(recommendations[1], '{model}', advised_model)", 'String'),
        'difficulty': ('toString(difficulty)', 'String'),
        'estimate_basis': ('toString(estimate_basis)', 'String'),
    }) }})
{%- endmacro %}
