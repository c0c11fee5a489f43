-- R064: every amount in the words of an insight is one of its columns; of a regression, budget or provider one of its own mart's.
{%- set episode_columns = [
    'baseline_cost_usd', 'recent_cost_usd', 'price_change_usd', 'model_mix_change_usd', 'tokens_per_call_change_usd', 'calls_per_run_change_usd',
    'input_size_change_usd', 'remainder_change_usd',
] %}
with

insights as (

    select * from {{ ref('mart_insights') }}
    where position(concat(title, description), '$') > 0

),

amounts as (

    select
        insights.finding_id as finding_id,
        insights.title as title,
        insights.description as description,
        extractAll(concat(insights.title, ' ', insights.description), '-?\\$[0-9,]+\\.[0-9]+') as written,
        [
            {% for column in ['current_value', 'previous_value', 'current_cost_usd', 'potential_savings_usd', 'net_savings_usd', 'drivers[1].2'] -%}
                {{ dollars('coalesce(toFloat64(insights.' ~ column ~ '), 0)') }},
            {% endfor -%}
            {% for column in episode_columns -%}
                {{ dollars('coalesce(toFloat64(episodes.' ~ column ~ '), 0)', 6) }},
            {% endfor -%}
            {{ dollars('coalesce(toFloat64(providers.cost_per_call_usd), 0)', 4) }},
            {{ dollars('coalesce(toFloat64(providers.other_cost_per_call_usd), 0)', 4) }},
            {{ dollars('coalesce(toFloat64(budgets.spent_usd), 0)') }},
            {{ dollars('coalesce(toFloat64(budgets.amount_usd), 0)') }},
            {{ dollars('coalesce(toFloat64(budgets.expected_end_usd), 0)') }},
            {{ dollars('(coalesce(toFloat64(budgets.expected_end_usd), 0) - coalesce(toFloat64(budgets.amount_usd), 0))') }}
        ] as columns
    from insights
    left join {{ ref('mart_regression_episodes') }} as episodes
        on insights.subject_id = episodes.episode_id
    left join {{ ref('mart_budgets') }} as budgets
        on
            insights.subject_id = budgets.budget_id
            and insights.subject_type = 'budget'
            and budgets.is_current
    left join {{ ref('mart_provider_reliability') }} as providers
        on
            insights.subject_type = 'provider'
            and insights.subject_id = providers.provider
            and insights.scope_key = providers.workflow_id
            and insights.period_kind = providers.period_kind

)

select
    finding_id,
    title,
    description
from amounts
where not hasAll(columns, written)
