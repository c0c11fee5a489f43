{{ config(order_by='(species_hash, metric, confirmed_date)') }}

{#- When did each confirmed regression end, and what was its last size? -#}

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
        max(tested_date) as last_day
    from observations
    group by source

),

species_days as (

    select
        observations.species_hash as species_hash,
        max(observations.tested_date) as last_run_date,
        last_run_date + {{ var('regression_episode_end').silent_days }} < max(last_source_days.last_day) as is_silent

    from observations
    inner join last_source_days
        on observations.source = last_source_days.source
    group by species_hash

)

select
    followups.species_hash as species_hash,
    followups.metric as metric,
    followups.confirmed_date as confirmed_date,
    species_days.last_run_date as last_run_date,
    minIf(toNullable(followups.tested_date), followups.is_recovered) as recovered_date,
    minIf(toNullable(followups.tested_date), followups.is_accepted) as accepted_date,
    if(species_days.is_silent, species_days.last_run_date, null) as silent_date,
    coalesce(least(recovered_date, accepted_date), recovered_date, accepted_date, silent_date) as ended_date,
    multiIf(
        ended_date is null, null,
        ended_date = recovered_date, 'recovered',
        ended_date = accepted_date, 'accepted',
        'no longer run'
    ) as end_reason,
    arraySort(groupArray((followups.tested_date, followups.effect_pct))) as effects,
    arrayMap(
        effect -> effect.2,
        arrayFilter(effect -> ended_date is null or effect.1 <= ended_date, effects)
    ) as open_effects

from followups
inner join species_days
    on followups.species_hash = species_days.species_hash
group by
    species_hash,
    metric,
    confirmed_date,
    last_run_date,
    species_days.is_silent
