{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_outdated(['history_version'], 'prediction_features') }}",
    order_by='(run_id, metric)',
) }}

{#-
    Whose residuals correct a run's line: those of its workflow and model, in these of its species, and in
    these of its input category. A place is that of the last of these runs that had ended before it started;
    -1 where there is none. The cohort is the narrowest with enough runs.
-#}
{% set cohorts = ['workflow', 'species', 'species_size'] -%}
{% set min_runs = var('prediction_cohort_min_runs') -%}

with

features as (

    select * from {{ ref('prediction_features') }}
    where {{ is_outdated(['history_version']) }}

),

-- Of the runs that had ended before the first new run started, the last alone can be a place.
places_by_end as (

    select
        cohort_key,
        max(run_ended_at) as last_ended_at,
        max(place) as place
    from {{ ref('prediction_cohort_runs') }}
    group by
        cohort_key,
        if(run_ended_at < (select min(features.started_at) from features), null, run_ended_at)

),

run_cohorts as (

    select
        run_id,
        metric,
        history_version,
        started_at,
        cohort_key,
        cohort_rank
    from features
    array join
        residual_cohort_keys as cohort_key,
        arrayEnumerate(residual_cohort_keys) as cohort_rank

),

placed_runs as (

    select
        run_cohorts.run_id as run_id,
        run_cohorts.metric as metric,
        run_cohorts.history_version as history_version,
        run_cohorts.cohort_key as cohort_key,
        run_cohorts.cohort_rank as cohort_rank,
        -- A place that no run has is 0, as the first run's: the key distinguishes them.
        if(places_by_end.cohort_key = run_cohorts.cohort_key, places_by_end.place, -1) as last_place
    from run_cohorts
    asof left join places_by_end
        on
            run_cohorts.cohort_key = places_by_end.cohort_key
            and run_cohorts.started_at > places_by_end.last_ended_at

),

joined_cohorts as (

    select
        run_id,
        metric,
        history_version,
        {% for cohort in cohorts -%}
            anyIf(cohort_key, cohort_rank = {{ loop.index }}) as {{ cohort }}_key,
            anyIf(last_place, cohort_rank = {{ loop.index }}) as {{ cohort }}_place,
        {% endfor -%}
        maxIf(cohort_rank, last_place + 1 >= {{ min_runs }} or cohort_rank = 1) as chosen_rank
    from placed_runs
    group by
        run_id,
        metric,
        history_version

)

select
    run_id,
    metric,
    history_version,
    {% for cohort in cohorts -%}
        {{ cohort }}_key,
        {{ cohort }}_place,
    {% endfor -%}
    arrayElement({{ cohorts }}, chosen_rank) as cohort,
    [workflow_place, species_place, species_size_place][chosen_rank] as last_place
from joined_cohorts
