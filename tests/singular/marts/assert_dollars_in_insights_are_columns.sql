-- R064: every amount in the words of an insight is one of its columns. Regressions, budgets and providers say those of their own marts.
select
    finding_id,
    title,
    description
from {{ ref('mart_insights') }}
where
    rule_id not in ('cost_regression', 'duration_regression', 'quality_regression', 'budget_risk', 'failover')
    and estimate_basis != 'measured'
    and not arrayAll(
        amount -> has(
            [
                {% for column in ['current_value', 'previous_value', 'current_cost_usd', 'potential_savings_usd', 'net_savings_usd',
                    'drivers[1].2'] -%}
                    {{ dollars('coalesce(toFloat64(' ~ column ~ '), 0)') }}{{ ',' if not loop.last }}
                {% endfor %}
            ],
            amount
        ),
        extractAll(concat(title, ' ', description), '-?\\$[0-9,]+\\.[0-9]+')
    )
