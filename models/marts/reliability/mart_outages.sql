{{ config(order_by='(workflow_id, failed_at)') }}

with

failed_runs as (

    select * from {{ ref('int_failed_runs') }}

),

-- Cancelled and running runs say nothing about whether a workflow works.
finished_runs as (

    select
        workflow_id,
        project,
        run_id,
        status,
        total_cost_usd,
        assumeNotNull(ended_at) as finished_at,
        countIf(status = 'completed') over (
            partition by workflow_id
            order by finished_at, run_id
            rows between unbounded preceding and current row
        ) as completed_count
    from {{ ref('int_scope_runs') }}
    where
        status in ('completed', 'failed')
        and ended_at is not null
        and toDate(assumeNotNull(ended_at)) <= (select as_of.as_of_date from {{ ref('int_as_of') }} as as_of)

),

first_runs as (

    select
        workflow_id,
        min(finished_at) as first_finished_at
    from finished_runs
    group by workflow_id

),

-- Failed runs without a completed one between them are one outage.
failures as (

    select
        finished_runs.workflow_id as workflow_id,
        finished_runs.completed_count as completed_count,
        any(finished_runs.project) as project,
        arraySort(groupArray((finished_runs.finished_at, finished_runs.run_id))) as runs,
        sum(finished_runs.total_cost_usd) as cost_usd,
        arraySort(groupArray(failed_runs.error_type)) as error_types,
        arraySort(error_type -> (-toInt64(countEqual(error_types, error_type)), error_type), arrayDistinct(error_types))[1] as main_error_type
    from finished_runs
    left join failed_runs
        on finished_runs.run_id = failed_runs.run_id
    where finished_runs.status = 'failed'
    group by
        workflow_id,
        completed_count

),

recoveries as (

    select
        workflow_id,
        completed_count,
        run_id,
        finished_at
    from finished_runs
    where status = 'completed'

),

outages as (

    select
        failures.workflow_id as workflow_id,
        failures.project as project,
        failures.runs as runs,
        failures.cost_usd as cost_usd,
        failures.main_error_type as main_error_type,
        tupleElement(failures.runs[1], 1) as outage_failed_at,
        recoveries.run_id as recovery_run_id,
        if(recoveries.run_id = '', null, recoveries.finished_at) as outage_recovered_at,
        lagInFrame(outage_recovered_at) over (
            partition by failures.workflow_id
            order by failures.completed_count
            rows between 1 preceding and current row
        ) as last_recovered_at
    from failures
    left join recoveries
        on
            failures.workflow_id = recoveries.workflow_id
            and failures.completed_count + 1 = recoveries.completed_count

)

select
    ----------  ids
    lower(hex(sipHash128(concat(outages.workflow_id, '/', tupleElement(outages.runs[1], 2))))) as outage_id,
    outages.workflow_id as workflow_id,
    outages.project as project,
    tupleElement(outages.runs[1], 2) as first_failed_run_id,
    nullIf(outages.recovery_run_id, '') as recovered_run_id,
    arrayMap(run -> run.2, outages.runs) as failed_run_ids,

    ----------  text
    outages.main_error_type as main_error_type,

    ----------  numerics
    toUInt32(length(outages.runs)) as failed_run_count,
    cast(outages.cost_usd as Decimal(38, 12)) as cost_usd,
    toFloat64(dateDiff('millisecond', outages.outage_failed_at, outages.outage_recovered_at)) as duration_ms,
    -- Since the last recovery; before the first outage, since the workflow's first run.
    if(
        outages.last_recovered_at is null and outages.outage_failed_at = first_runs.first_finished_at,
        null,
        toFloat64(dateDiff('millisecond', coalesce(outages.last_recovered_at, first_runs.first_finished_at), outages.outage_failed_at))
    ) as up_before_ms,

    ----------  booleans
    toBool(outages.outage_recovered_at is null) as is_open,

    ----------  timestamps
    outages.outage_failed_at as failed_at,
    outages.outage_recovered_at as recovered_at

from outages
inner join first_runs
    on outages.workflow_id = first_runs.workflow_id
