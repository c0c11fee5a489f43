{{ config(order_by='(budget_id, period_start_date)') }}

with

budgets as (

    select * from {{ ref('int_budgets') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}
    where as_of_date > toDate(0)

),

scope_days as (

    select * from {{ ref('int_scope_days') }}

),

-- From the first day with data or validity to the as-of date.
spans as (

    select
        budgets.budget_id as budget_id,
        any(budgets.scope_kind) as scope_kind,
        any(budgets.scope_key) as scope_key,
        any(budgets.scope_id) as scope_id,
        any(budgets.period_kind) as period_kind,
        greatest(min(budgets.valid_from), any(as_of.first_date)) as first_date,
        least(max(coalesce(budgets.valid_to, toDate('2149-06-06'))), any(as_of.as_of_date)) as last_date,
        any(as_of.as_of_date) as as_of_date,
        any(as_of.last_complete_date) as last_complete_date
    from budgets
    cross join as_of
    group by budget_id
    having first_date <= last_date

),

periods as (

    select
        *,
        arrayJoin(arrayDistinct(arrayMap(
            day -> {{ calendar_start('period_kind', 'toDate(day)') }},
            range(toUInt32(first_date), toUInt32(last_date) + 1)
        ))) as period_start_date,
        {{ calendar_last('period_kind', 'period_start_date') }} as period_last_date
    from spans

),

-- The amount that holds on the first day counts for the whole period: a change counts from the next one on.
amounts as (

    select
        periods.budget_id as budget_id,
        periods.period_start_date as period_start_date,
        argMax(toNullable(budgets.amount_usd), budgets.valid_from) as amount_usd,
        argMax(budgets.thresholds_pct, budgets.valid_from) as thresholds_pct,
        argMax(budgets.owner, budgets.valid_from) as owner
    from periods
    inner join budgets
        on periods.budget_id = budgets.budget_id
    where
        budgets.valid_from <= periods.period_start_date
        and coalesce(budgets.valid_to >= periods.period_start_date, true)
    group by
        budget_id,
        period_start_date

),

priced_periods as (

    select
        periods.*,
        amounts.amount_usd as amount_usd,
        amounts.thresholds_pct as thresholds_pct,
        amounts.owner as owner
    from periods
    left join amounts
        on
            periods.budget_id = amounts.budget_id
            and periods.period_start_date = amounts.period_start_date

),

spent as (

    select
        periods.budget_id as budget_id,
        periods.period_start_date as period_start_date,
        sum(scope_days.cost_usd) as spent_usd,
        arraySort(groupArray((scope_days.date, scope_days.cost_usd))) as costs,
        arrayMap((day, total) -> (day.1, total), costs, arrayCumSum(arrayMap(day -> day.2, costs))) as spent_days
    from periods
    inner join scope_days
        on
            periods.scope_kind = scope_days.scope_kind
            and periods.scope_key = scope_days.scope_key
    where scope_days.date between periods.period_start_date and periods.period_last_date
    group by
        budget_id,
        period_start_date

)

select
    ----------  ids
    priced_periods.budget_id as budget_id,
    priced_periods.scope_kind as scope_kind,
    priced_periods.scope_key as scope_key,
    priced_periods.scope_id as scope_id,
    priced_periods.period_kind as period_kind,
    priced_periods.owner as owner,

    ----------  numerics
    priced_periods.amount_usd as amount_usd,
    priced_periods.thresholds_pct as thresholds_pct,
    spent.spent_usd as spent_usd,
    -- Each day with its cost and what had been spent by its end.
    spent.spent_days as spent_days,
    toUInt16(priced_periods.period_last_date - priced_periods.period_start_date + 1) as period_days,
    toUInt16(least(priced_periods.period_last_date, priced_periods.as_of_date) - priced_periods.period_start_date + 1) as elapsed_days,

    ----------  booleans
    toBool(priced_periods.as_of_date between priced_periods.period_start_date and priced_periods.period_last_date) as is_current,
    toBool(priced_periods.period_last_date <= priced_periods.last_complete_date) as is_closed,

    ----------  dates
    priced_periods.period_start_date as period_start_date,
    priced_periods.period_last_date as period_last_date,
    priced_periods.as_of_date as as_of_date,
    priced_periods.last_complete_date as last_complete_date

from priced_periods
left join spent
    on
        priced_periods.budget_id = spent.budget_id
        and priced_periods.period_start_date = spent.period_start_date
