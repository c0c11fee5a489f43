{{ config(order_by='(species_hash, metric, confirmed_date, tested_date)') }}

{#-
    A rolling baseline would soon hold the faulty runs themselves. So the baseline of the day that confirmed a
    regression is kept, and later days are compared with it.
-#}
{% set min_effects = var('regression_min_effect') -%}
{% set ends = var('regression_episode_end') -%}
{% set windows = var('regression_test_windows') -%}

with

tests as (

    select
        *,
        lagInFrame(is_confirmed, 1, false) over (
            partition by species_hash, metric
            order by tested_date
            rows between unbounded preceding and unbounded following
        ) as was_confirmed
    from {{ ref('regression_tests') }}

),

windows as (

    select * from {{ ref('regression_windows') }}

),

onsets as (

    select
        tests.species_hash as species_hash,
        tests.metric as metric,
        tests.tested_date as confirmed_date,
        tests.is_mix_change as is_mix_change,
        tests.recent_run_count as changed_run_count,
        windows.last_position as last_position,
        windows.baseline_slope as slope,
        windows.known_models as known_models,
        windows.known_levels as known_levels,
        arrayReduce('median', windows.baseline_residuals) as baseline_median,
        arrayAvg({{ mix_levels(
            'windows.baseline_residuals', 'windows.baseline_models', 'windows.known_models', 'windows.known_levels'
        ) }}) as baseline_mix

    from tests
    inner join windows
        on
            tests.species_hash = windows.species_hash
            and tests.metric = windows.metric
            and tests.tested_date = windows.tested_date
    where tests.is_confirmed and not tests.was_confirmed

),

followed_onsets as (

    select
        onsets.species_hash as species_hash,
        onsets.metric as metric,
        onsets.confirmed_date as confirmed_date,
        windows.tested_date as tested_date,
        -- The runs with which the change was confirmed, and those since; runs from before would hide it, and many
        -- with the change would hide that it is over.
        -toInt64(least(
            {{ windows.recent_runs }}, windows.recent_run_count, onsets.changed_run_count + windows.last_position - onsets.last_position
        )) as first_run,
        arraySlice(windows.recent_models, first_run) as models,
        arrayMap(
            (value, explained_by) -> value - onsets.slope * explained_by,
            arraySlice(windows.recent_values, first_run),
            arraySlice(windows.recent_explained_by, first_run)
        ) as residuals,
        -- What got worse is followed. Where none of its models is left, the runs of all are.
        if(
            onsets.is_mix_change,
            arrayAvg({{ mix_levels('residuals', 'models', 'onsets.known_models', 'onsets.known_levels') }})
            - onsets.baseline_mix,
            coalesce(
                arrayReduce(
                    'medianOrNull',
                    {{ same_model_deviations('residuals', 'models', 'onsets.known_models', 'onsets.known_levels') }}
                ),
                arrayReduce('median', residuals) - onsets.baseline_median
            )
        ) as shift,
        {{ regression_effect('shift', 'metric') }} as effect,
        {{ rounded('effect') }} < {{ ends.recovered_share }} * {{ by_regression_metric('metric', min_effects) }} as is_small

    from onsets
    inner join windows
        on
            onsets.species_hash = windows.species_hash
            and onsets.metric = windows.metric
    where
        windows.tested_date >= onsets.confirmed_date
        and windows.recent_run_count >= {{ windows.minimum_recent_runs }}

)

select
    species_hash,
    metric,
    confirmed_date,
    tested_date,
    effect * 100 as effect_pct,
    toBool(
        is_small
        and lagInFrame(is_small, 1, false) over (
            partition by species_hash, metric, confirmed_date
            order by tested_date
            rows between unbounded preceding and unbounded following
        )
    ) as is_recovered,
    toBool(tested_date >= confirmed_date + {{ ends.accepted_days }}) as is_accepted
from followed_onsets
