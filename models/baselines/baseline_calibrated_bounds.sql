-- What several branches read is computed once, for all rows, and not again in each: a third to two thirds of the time less.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_outdated(['ended_date', 'day_start_version'], 'int_completed_runs') }}",
    order_by='(ended_date, metric)',
    query_settings={'short_circuit_function_evaluation': 'disable'},
) }}

{#- How far scores reach by chance: from those of all workflows in the days before a day. -#}
{% set days = var('calibrated_pool_days') | int -%}
{% set metrics = ['cost', 'duration', 'tokens'] -%}
{% set next_dates = 'arrayMap(days -> scored_date + days, range(1, ' ~ (days + 1) ~ '))' -%}
{% set pool_dates = 'arrayIntersect((select groupArray(new_days.ended_date) from new_days), ' ~ next_dates ~ ')' if is_incremental() else next_dates -%}

with

new_days as (

    select distinct
        ended_date,
        day_start_version
    from {{ ref('int_completed_runs') }}
    where {{ is_outdated(['ended_date', 'day_start_version']) }}

),

fits as (

    select * from {{ ref('baseline_calibrated_fits') }}
    where toDate(ended_at) >= (select min(new_days.ended_date) from new_days) - {{ days }}

),

baselines as (

    select * from {{ ref('baseline_calibrated_runs') }}
    where run_id in (select fits.run_id from fits)

),

neighbours as (

    select * from {{ ref('baseline_calibrated_neighbours') }}
    where run_id in (select fits.run_id from fits)

),

-- A run that failed or wrote nothing is cheap and quick for that reason. Slow hours, of whole days, are no chance.
scored_runs as (

    select
        toDate(fits.ended_at) as scored_date,
        [
            {% for metric in metrics -%}
                (
                    '{{ metric }}',
                    {% if metric == 'duration' -%}
                        if(neighbours.is_in_slow_hours, null, {{ comparable_score(metric) }})
                    {%- else -%}
                        {{ comparable_score(metric) }}
                    {%- endif %}
                ){{ ',' if not loop.last }}
            {% endfor %}
        ] as scores
    from fits
    inner join baselines
        on fits.run_id = baselines.run_id
    left join neighbours
        on fits.run_id = neighbours.run_id
    where
        fits.has_output
        and not fits.has_error

),

-- Each run counts for the days after its own, so that a day's pool is complete before the day begins.
dated_scores as (

    select
        arrayJoin({{ pool_dates }}) as pool_date,
        arrayJoin(scores) as metric_and_score
    from scored_runs

),

pools as (

    select
        pool_date,
        metric_and_score.1 as metric,
        -- Aggregates leave out what has no score.
        arraySort(groupArray(metric_and_score.2)) as pooled_scores
    from dated_scores
    group by
        pool_date,
        metric
    having notEmpty(pooled_scores)

),

bounds as (

    select
        new_days.ended_date as ended_date,
        new_days.day_start_version as day_start_version,
        pools.metric as metric,
        {{ tail_bounds('pools.pooled_scores') }}
    from new_days
    inner join pools
        on new_days.ended_date = pools.pool_date

)

select
    ended_date,
    day_start_version,
    metric,
    toUInt32(score_count) as score_count,
    low_bound,
    high_bound
from bounds
