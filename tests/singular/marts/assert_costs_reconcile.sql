-- R071, R087, R091: every cost mart adds up to the same money as the calls it is made of, to the last decimal.
{{ config(meta={'dagster': {'ref': {'name': 'daily_costs'}}}) }}

with

calls as (

    select {{ sum_of_costs('cost_usd') }} as cost_usd from {{ ref('int_calls') }}

),

open_runs as (

    select sum(total_cost_usd) as cost_usd from {{ ref('int_runs') }}
    where not is_completed

),

totals as (

    select
        'fct_calls' as mart,
        {{ sum_of_costs('cost_usd') }} as cost_usd
    from {{ ref('fct_calls') }}

    union all

    select
        'daily_costs' as mart,
        sum(cost_usd) as cost_usd
    from {{ ref('daily_costs') }}

    union all

    -- Runs that have not ended are in no analysis yet, but their money is spent.
    select
        'run_analytics' as mart,
        sum(total_cost_usd) + (select open_runs.cost_usd from open_runs) as cost_usd
    from {{ ref('run_analytics') }}

)

select
    totals.mart as mart,
    totals.cost_usd as mart_cost_usd,
    calls.cost_usd as calls_cost_usd
from totals
cross join calls
where totals.cost_usd != calls.cost_usd
