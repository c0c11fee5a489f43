-- R062, R071, R087, R091: every cost mart adds up to the same money as the calls it is made of, to the last decimal.
{{ config(meta={'dagster': {'ref': {'name': 'daily_costs'}}}) }}

with

calls as (

    select
        *,
        called_date <= (select as_of.as_of_date from {{ ref('int_as_of') }} as as_of) as is_counted
    from {{ ref('int_calls') }}

),

open_runs as (

    select sum(total_cost_usd) as cost_usd from {{ ref('int_runs') }}
    where not is_completed

),

transcripts as (

    select source from {{ ref('source_precedence') }}
    where kind = 'transcript'

),

-- All calls; those up to the as-of date; those with both a reported and a computed cost; those of coding agents.
sums as (

    select
        {{ sum_of_costs('cost_usd') }} as all_usd,
        {{ sum_of_costs('if(is_counted, cost_usd, 0)') }} as counted_usd,
        {{ sum_of_costs('if(cost_difference_usd is null, 0, reported_cost_usd)') }} as compared_usd,
        {{ sum_of_costs("if(is_billable and source in (select transcripts.source from transcripts), cost_usd, 0)") }} as agents_usd
    from calls

),

totals as (

    select
        'fct_calls' as mart,
        {{ sum_of_costs('cost_usd') }} as cost_usd,
        (select sums.all_usd from sums) as calls_usd
    from {{ ref('fct_calls') }}

    union all

    -- A call with several tags has several rows, and its cost once.
    select
        'bridge_call_tags' as mart,
        {{ sum_of_costs('allocated_cost_usd') }} as cost_usd,
        (select sums.all_usd from sums) as calls_usd
    from {{ ref('bridge_call_tags') }}

    union all

    select
        'daily_costs' as mart,
        sum(daily.cost_usd) as cost_usd,
        (select sums.all_usd from sums) as calls_usd
    from {{ ref('daily_costs') }} as daily

    union all

    -- Runs that have not ended are in no analysis yet, but their money is spent.
    select
        'run_analytics' as mart,
        sum(runs.total_cost_usd) + (select open_runs.cost_usd from open_runs) as cost_usd,
        (select sums.all_usd from sums) as calls_usd
    from {{ ref('run_analytics') }} as runs

    union all

    select
        'focus_cost_and_usage' as mart,
        sum(charges.BilledCost) as cost_usd,
        (select sums.counted_usd from sums) as calls_usd
    from {{ ref('focus_cost_and_usage') }} as charges

    union all

    select
        'mart_reported_costs' as mart,
        sum(months.reported_cost_usd) as cost_usd,
        (select sums.compared_usd from sums) as calls_usd
    from {{ ref('mart_reported_costs') }} as months

    union all

    select
        concat('mart_usage_windows, ', windows.window_kind) as mart,
        sum(windows.cost_usd) as cost_usd,
        (select sums.agents_usd from sums) as calls_usd
    from {{ ref('mart_usage_windows') }} as windows
    group by mart

)

select * from totals
where cost_usd != calls_usd
