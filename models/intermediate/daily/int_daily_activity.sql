{{ config(order_by='(series_kind, series_key, date)') }}

{#- Days long after the last load are left out: a clock that is years ahead would fill decades with zeros. -#}
with

calls as (

    select * from {{ ref('int_calls') }}

),

runs as (

    select * from {{ ref('int_runs') }}

),

loads as (

    select max(recorded_at) as last_loaded_at
    from {{ ref('stg_tokenhouse__loads') }}
    where status = 'loaded'

),

-- Cost and tokens count on the day of the call; a run counts once, on the day it starts. What analysed
-- runs cost counts on that day too: document B's forecast sums them so.
daily_calls as (

    select
        calls.called_date as date,
        runs.workflow_id as workflow_id,
        runs.project as project,
        calls.model as model,
        {{ sum_of_costs('calls.cost_usd') }} as cost_usd,
        {{ sum_of_tokens('calls.total_tokens') }} as total_tokens

    from calls
    inner join runs
        on calls.run_id = runs.run_id
    group by
        date,
        workflow_id,
        project,
        model

),

series_calls as (

    select
        date,
        arrayJoin([
            ('total', ''), ('workflow', workflow_id), ('project', project), ('model', toString(model))
        ]) as series,
        sum(cost_usd) as cost_usd,
        sum(total_tokens) as total_tokens,
        toUInt64(0) as run_count,
        toDecimal128(0, 12) as analysed_cost_usd
    from daily_calls
    group by
        date,
        series

),

series_runs as (

    select
        toDate(started_at) as date,
        arrayJoin(arrayConcat(
            [('total', ''), ('workflow', workflow_id), ('project', project)],
            arrayMap(model -> ('model', toString(model)), arrayDistinct(models_used))
        )) as series,
        toDecimal128(0, 12) as cost_usd,
        toUInt64(0) as total_tokens,
        count() as run_count,
        sumIf(total_cost_usd, is_completed) as analysed_cost_usd
    from runs
    where started_at is not null
    group by
        date,
        series

),

both_series as (

    select * from series_calls
    union all
    select * from series_runs

)

select
    series.1 as series_kind,
    series.2 as series_key,
    date,
    toFloat64(sum(cost_usd)) as cost_usd,
    toFloat64(sum(run_count)) as run_count,
    toFloat64(sum(total_tokens)) as total_tokens,
    toFloat64(sum(analysed_cost_usd)) as analysed_cost_usd
from both_series
where date <= (select toDate(last_loaded_at) + {{ var('daily_series_max_days_after_load') }} from loads)
group by
    series_kind,
    series_key,
    date
