{{ config(order_by='(source, experiment_name, variant)') }}

with

runs as (

    select
        run_id,
        source,
        experiment_name,
        variant
    from {{ ref('int_runs') }}
    where experiment_name != ''

),

outcomes as (

    select * from {{ ref('int_outcomes') }}
    where run_id in (select runs.run_id from runs)

),

calls as (

    select * from {{ ref('int_calls') }}
    where run_id in (select runs.run_id from runs)

),

summed as (

    select
        runs.source as source,
        runs.experiment_name as experiment_name,
        runs.variant as variant,
    {% for column in outcome_columns() -%}
        sum(outcomes.{{ column }}) as {{ column }}{{ ',' if not loop.last }}
    {% endfor %}
    from runs
    inner join outcomes
        on runs.run_id = outcomes.run_id
    group by
        source,
        experiment_name,
        variant

),

timed as (

    select
        runs.source as source,
        runs.experiment_name as experiment_name,
        runs.variant as variant,
        arrayReduce(
            'quantilesExactInclusive(0.5, 0.95)',
            groupArray(if(calls.is_run_level, null, calls.duration_ms))
        ) as latencies_ms
    from runs
    inner join calls
        on runs.run_id = calls.run_id
    group by
        source,
        experiment_name,
        variant

)

select
    summed.*,
    if(summed.latency_count = 0, null, timed.latencies_ms[1]) as p50_latency_ms,
    if(summed.latency_count = 0, null, timed.latencies_ms[2]) as p95_latency_ms
from summed
left join timed
    on
        summed.source = timed.source
        and summed.experiment_name = timed.experiment_name
        and summed.variant = timed.variant
