{{ config(order_by='(species_hash, metric, confirmed_day)') }}

{#- Until when each confirmed regression lasted, and how large it was in the end. -#}

with

followups as (

    select * from {{ ref('regression_followups') }}

),

observations as (

    select * from {{ ref('regression_observations') }}

),

last_source_days as (

    select
        source,
        max(day) as last_day
    from observations
    group by source

),

species_days as (

    select
        observations.species_hash as species_hash,
        max(observations.day) as last_run_day,
        last_run_day + {{ var('regression_episode_end').silent_days }} < max(last_source_days.last_day) as is_silent

    from observations
    inner join last_source_days
        on observations.source = last_source_days.source
    group by species_hash

)

select
    followups.species_hash as species_hash,
    followups.metric as metric,
    followups.confirmed_day as confirmed_day,
    species_days.last_run_day as last_run_day,
    minIf(toNullable(followups.day), followups.is_recovered) as recovered_day,
    minIf(toNullable(followups.day), followups.is_accepted) as accepted_day,
    if(species_days.is_silent, species_days.last_run_day, null) as silent_day,
    coalesce(least(recovered_day, accepted_day), recovered_day, accepted_day, silent_day) as ended_day,
    multiIf(
        ended_day is null, null,
        ended_day = recovered_day, 'recovered',
        ended_day = accepted_day, 'accepted',
        'no longer run'
    ) as end_reason,
    arraySort(groupArray((followups.day, followups.effect_pct))) as effects,
    arrayMap(
        effect -> effect.2,
        arrayFilter(effect -> ended_day is null or effect.1 <= ended_day, effects)
    ) as open_effects

from followups
inner join species_days
    on followups.species_hash = species_days.species_hash
group by
    species_hash,
    metric,
    confirmed_day,
    last_run_day,
    species_days.is_silent
