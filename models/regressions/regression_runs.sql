-- What several branches read is computed once, for all rows, and not again in each: a third to two thirds of the time less.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_outdated(['history_version'], 'baseline_runs') }}",
    order_by='run_id',
    query_settings={'short_circuit_function_evaluation': 'disable'},
) }}

{#-
    Document B's rule, run by run (K3): the ten earlier runs of the species against the ten before
    those; this run is in neither window.
-#}
{% set window = var('regression_window_runs') -%}
{% set cost_pct = var('regression_cost_pct') -%}
{% set duration_pct = var('regression_duration_pct') -%}

with

baselines as (

    select * from {{ ref('baseline_runs') }}
    where {{ is_outdated(['history_version']) }}

),

runs as (

    select * from {{ ref('int_completed_runs') }}
    where run_id in (select baselines.run_id from baselines)

),

windowed_runs as (

    select
        runs.run_id as run_id,
        baselines.history_version as history_version,
        toFloat64(runs.total_cost_usd) as cost,
        runs.total_duration_ms as duration,
        toUInt32(length(baselines.recent_species_runs)) as compared_run_count,
        -- Oldest first: the last ten are recent, what is before them historical.
        arraySlice(baselines.recent_species_runs, -{{ window }}) as recent_runs,
        arraySlice(
            baselines.recent_species_runs,
            1,
            greatest(toInt64(compared_run_count) - {{ window }}, 0)
        ) as earlier_runs,
        -- Exactly ten runs leave nothing before them: compared with themselves, no change.
        if(empty(earlier_runs), recent_runs, earlier_runs) as historical_runs

    from runs
    inner join baselines
        on runs.run_id = baselines.run_id

),

averaged_runs as (

    select
        run_id,
        history_version,
        cost,
        duration,
        compared_run_count,
        compared_run_count >= {{ window }} as has_enough_runs,
        {{ array_avg('recent_runs.1') }} as recent_avg_cost,
        {{ array_avg('recent_runs.2') }} as recent_avg_duration,
        {{ array_avg('historical_runs.1') }} as historical_avg_cost,
        {{ array_avg('historical_runs.2') }} as historical_avg_duration

    from windowed_runs

),

changed_runs as (

    select
        *,
        if(has_enough_runs, {{ percent_change('recent_avg_cost', 'historical_avg_cost') }}, 0.0) as vs_recent_avg_cost,
        if(has_enough_runs, {{ percent_change('recent_avg_duration', 'historical_avg_duration') }}, 0.0) as vs_recent_avg_duration

    from averaged_runs

)

select
    run_id,
    history_version,
    compared_run_count as regression_run_count,
    if(has_enough_runs, recent_avg_cost, null) as recent_avg_cost,
    if(has_enough_runs, recent_avg_duration, null) as recent_avg_duration,
    if(has_enough_runs, historical_avg_cost, null) as historical_avg_cost,
    if(has_enough_runs, historical_avg_duration, null) as historical_avg_duration,
    vs_recent_avg_cost,
    vs_recent_avg_duration,
    -- This run against the last ten, as the documents' comment on the column says.
    if(has_enough_runs, {{ percent_change('cost', 'recent_avg_cost') }}, null) as this_run_vs_recent_pct,
    toBool(
        {{ rounded('vs_recent_avg_cost') }} > {{ cost_pct.minor }}
        or {{ rounded('vs_recent_avg_duration') }} > {{ duration_pct.minor }}
    ) as is_documents_regression,
    multiIf(
        not is_documents_regression, 'none',
        {{ rounded('vs_recent_avg_cost') }} > {{ cost_pct.critical }} or {{ rounded('vs_recent_avg_duration') }} > {{ duration_pct.critical }}, 'critical',
        {{ rounded('vs_recent_avg_cost') }} > {{ cost_pct.major }} or {{ rounded('vs_recent_avg_duration') }} > {{ duration_pct.major }}, 'major',
        'minor'
    ) as documents_regression_severity
from changed_runs
