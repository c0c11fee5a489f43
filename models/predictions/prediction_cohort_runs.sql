{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook='{{ forget_from_first_day(ended_feature_days()) }}',
    order_by='(cohort_key, place)',
) }}

{#-
    In which place of each cohort an ended run is, in the order of ends: where the history of a later run begins. What was
    there is kept up to the first day of which a run is new, by what all runs that ended on a day are (ended_version).
-#}
with

days as (

    select * from ({{ ended_feature_days() }})
    where {{ is_outdated(['ended_date', 'ended_version']) }}

),

features as (

    select
        *,
        assumeNotNull(ended_at) as run_ended_at,
        toDate(run_ended_at) as ended_date
    from {{ ref('prediction_features') }}
    where
        ended_at is not null
        and actual is not null
        {% if is_incremental() -%}
            and toDate(assumeNotNull(ended_at)) in (select days.ended_date from days)
        {%- endif %}

),

lines as (

    select * from {{ ref('prediction_lines') }}
    where {{ 'run_id in (select features.run_id from features)' if is_incremental() else '1 = 1' }}

),

ended_runs as (

    select
        arrayJoin(features.residual_cohort_keys) as cohort_key,
        features.ended_date as ended_date,
        features.run_ended_at as run_ended_at,
        features.run_id as run_id,
        assumeNotNull(features.actual) as known_actual,
        features.input_sizes as input_sizes,
        lines.residual as residual
    from features
    inner join lines
        on
            features.run_id = lines.run_id
            and features.metric = lines.metric

),

kept_cohorts as (

    select
        present.cohort_key as cohort_key,
        toInt64(count()) as run_count
    from {{ this if is_incremental() else '(select toUInt64(0) as cohort_key where 1 = 0)' }} as present
    group by cohort_key

),

placed_runs as (

    select
        *,
        toInt64(row_number() over cohort_order) - 1 as new_place
    from ended_runs
    window cohort_order as (
        partition by cohort_key
        order by run_ended_at, run_id
    )

)

select
    placed_runs.cohort_key as cohort_key,
    kept_cohorts.run_count + placed_runs.new_place as place,
    placed_runs.ended_date as ended_date,
    days.ended_version as ended_version,
    placed_runs.run_ended_at as run_ended_at,
    placed_runs.run_id as run_id,
    placed_runs.known_actual as actual,
    placed_runs.input_sizes as input_sizes,
    placed_runs.residual as residual
from placed_runs
left join kept_cohorts
    on placed_runs.cohort_key = kept_cohorts.cohort_key
left join days
    on placed_runs.ended_date = days.ended_date
