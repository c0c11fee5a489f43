{{ config(order_by='(budget_id, period_start_date, threshold_pct)') }}

with

periods as (

    select * from {{ ref('int_budget_periods') }}
    where amount_usd is not null

),

thresholds as (

    select
        *,
        arrayJoin(thresholds_pct) as threshold_pct,
        toDecimal128(assumeNotNull(amount_usd), 12) * threshold_pct / 100 as threshold_usd,
        arrayFirst(day -> day.2 >= threshold_usd, spent_days) as crossing_day,
        tupleElement(arrayLast(day -> day.1 < crossing_day.1, spent_days), 2) as spent_before_usd
    from periods
    where spent_usd >= toDecimal128(assumeNotNull(amount_usd), 12) * threshold_pct / 100

),

calls as (

    select
        *,
        arrayJoin({{ scopes_of() }}) as scope
    from {{ ref('int_scope_calls') }}
    where date in (select thresholds.crossing_day.1 from thresholds)

),

-- Which call of the day took it over the threshold?
running_costs as (

    select
        thresholds.budget_id as budget_id,
        thresholds.period_start_date as period_start_date,
        thresholds.threshold_pct as threshold_pct,
        thresholds.threshold_usd as threshold_usd,
        calls.call_id as call_id,
        calls.run_id as run_id,
        calls.called_at as called_at,
        thresholds.spent_before_usd + sum(calls.cost_usd) over (
            partition by thresholds.budget_id, thresholds.period_start_date, thresholds.threshold_pct
            order by calls.called_at, calls.call_id
            rows between unbounded preceding and current row
        ) as spent_usd
    from thresholds
    inner join calls
        on
            thresholds.scope_kind = calls.scope.1
            and thresholds.scope_key = calls.scope.2
            and thresholds.crossing_day.1 = calls.date

)

select
    budget_id,
    period_start_date,
    threshold_pct,
    min(called_at) as crossed_at,
    argMin(running_costs.call_id, (running_costs.called_at, running_costs.call_id)) as call_id,
    argMin(running_costs.run_id, (running_costs.called_at, running_costs.call_id)) as run_id,
    argMin(running_costs.spent_usd, (running_costs.called_at, running_costs.call_id)) as spent_usd
from running_costs
where running_costs.spent_usd >= running_costs.threshold_usd
group by
    budget_id,
    period_start_date,
    threshold_pct
