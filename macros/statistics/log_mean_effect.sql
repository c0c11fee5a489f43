{% macro log_mean_effect(current_cost, previous_cost, current_factor, previous_factor) -%}
    {#-
        What a factor's change did to a cost, USD: the logarithmic mean of both costs times the change of the
        factor's logarithm. Effects of factors that multiply to the cost add up to its change.
    -#}
    if(
        {{ current_cost }} = {{ previous_cost }},
        {{ previous_cost }},
        ({{ current_cost }} - {{ previous_cost }}) / log({{ current_cost }} / {{ previous_cost }})
    ) * log({{ current_factor }} / {{ previous_factor }})
{%- endmacro %}
