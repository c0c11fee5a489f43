{% macro budget_name(budgets) -%}
    {#- A budget and what it is for, such as Budget marketing (project shop). -#}
    concat(
        'Budget ', {{ budgets }}.budget_id,
        if(
            {{ budgets }}.scope_kind = 'total',
            '',
            concat(' (', {{ budgets }}.scope_kind, ' ', if({{ budgets }}.scope_key = '', '(none)', {{ budgets }}.scope_key), ')')
        )
    )
{%- endmacro %}
