{{ config(materialized='view') }}

with

runs as (

    select * from {{ ref('run_analytics') }}

),

last_run as (

    select max(ended_at) as last_ended_at from runs

),

recent_runs as (

    select runs.*
    from runs
    cross join last_run
    where
        runs.ended_at > last_run.last_ended_at - interval {{ var('calibrated_pool_days') }} day
        and (runs.is_calibrated_anomaly or runs.anomaly_loss_usd > 0)

)

select
    -- A slow run lost no money: after those that did, by how anomalous it is.
    toUInt32(row_number() over (
        order by coalesce(anomaly_loss_usd, 0) desc, calibrated_anomaly_score desc, run_id asc
    )) as anomaly_rank,
    run_id,
    source,
    project,
    workflow_id,
    primary_model,
    ended_at,
    total_cost_usd,
    anomaly_loss_usd,
    calibrated_anomaly_score,
    is_calibrated_anomaly,
    calibrated_anomaly_reason
from recent_runs
