{{ config(order_by='(period_kind, period_start_date, workflow_id, step_name, error_type)') }}

{%- set examples = 3 -%}

with

failed_runs as (

    select * from {{ ref('int_failed_runs') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

placed as (

    select
        periods.period_kind as period_kind,
        periods.period_start_date as period_start_date,
        periods.period_last_date as period_last_date,
        periods.previous_start_date as previous_start_date,
        failed_runs.* except (started_date),
        failed_runs.started_date >= periods.period_start_date as is_current
    from periods
    cross join failed_runs
    where
        failed_runs.started_date between periods.period_start_date and periods.period_last_date
        or coalesce(failed_runs.started_date between periods.previous_start_date and periods.previous_last_date, false)

),

counted as (

    select
        period_kind,
        period_start_date,
        workflow_id,
        step_name,
        error_type,
        any(placed.error_class) as error_class,
        any(placed.period_last_date) as period_last_date,
        any(placed.previous_start_date) as previous_start_date,
        countIf(is_current) as failures,
        sumIf(placed.cost_usd, is_current) as wasted_usd,
        minIf(placed.failed_at, is_current) as first_failed_at,
        maxIf(placed.failed_at, is_current) as last_failed_at,
        countIf(not is_current) as failures_before,
        arrayReverseSort(groupArrayIf((placed.failed_at, placed.run_id, placed.error_message), is_current)) as runs
    from placed
    group by
        period_kind,
        period_start_date,
        workflow_id,
        step_name,
        error_type

)

select
    ----------  ids
    period_kind,
    workflow_id,
    step_name,
    error_type,

    ----------  text
    toLowCardinality(error_class) as error_class,
    arrayMap(run -> run.2, arraySlice(runs, 1, {{ examples }})) as example_run_ids,
    tupleElement(runs[1], 3) as example_message,

    ----------  numerics
    toUInt64(failures) as failed_run_count,
    failures / sum(failures) over (partition by period_kind, period_start_date) as share_of_failures,
    cast(wasted_usd as Decimal(38, 12)) as cost_usd,
    if(previous_start_date is null, null, toUInt64(failures_before)) as previous_failed_run_count,

    ----------  booleans
    toBool(previous_start_date is not null and failures_before = 0) as is_new,

    ----------  timestamps
    first_failed_at as first_at,
    last_failed_at as last_at,
    period_start_date,
    period_last_date

from counted
where failures > 0
