-- R049: what a budget's period has spent is what the calls of its scope cost on its days, to the last decimal.
{{ config(meta={'dagster': {'ref': {'name': 'mart_budgets'}}}) }}

with

budgets as (

    select * from {{ ref('mart_budgets') }}

),

-- Tags, keys and users have more than one place in a call or a run: their scopes are held against the calls elsewhere.
keyed_days as (

    select
        called_date,
        arrayJoin([
            ('total', ''), ('source', toString(source)), ('project', project), ('workflow', workflow_id),
            ('team', team_id), ('organization', organization_id), ('model', toString(model)), ('provider', toString(provider))
        ]) as scope,
        {{ sum_of_costs('cost_usd') }} as cost_usd
    from {{ ref('fct_calls') }}
    where
        (select count() from budgets) > 0
        and called_date <= (select as_of.as_of_date from {{ ref('int_as_of') }} as as_of)
    group by
        called_date,
        scope

)

select
    budgets.budget_id as budget_id,
    budgets.period_start_date as period_start_date,
    any(budgets.spent_usd) as spent_usd,
    sumIf(
        keyed_days.cost_usd,
        keyed_days.called_date between budgets.period_start_date and budgets.period_last_date
    ) as calls_usd
from budgets
inner join keyed_days
    on
        budgets.scope_kind = keyed_days.scope.1
        and budgets.scope_key = keyed_days.scope.2
group by
    budget_id,
    period_start_date
having spent_usd != calls_usd
