{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_outdated(['species_hash', 'tested_date', 'species_day_version'], 'int_completed_runs', ['species_hash', 'ended_date', 'species_day_version']) }}",
    order_by='(species_hash, metric, position)',
) }}

{#-
    Good runs only, because a failed run is cheap and fast for the wrong reason. A busy day is sampled by the
    hash of the run's id, so that recent runs always cover several days, and one bad day cannot fill both
    windows.
-#}
with

runs as (

    select * from {{ ref('int_completed_runs') }}
    where
        error_count = 0
        and total_output_tokens > 0
        and coalesce(species_hash, '') != ''

),

-- How many observations there are before the new ones.
settled_observations as (

    {% if is_incremental() -%}
        select
            present.species_hash as species_hash,
            present.metric as metric,
            count() as run_count
        from {{ this }} as present
        group by
            species_hash,
            metric
    {%- else -%}
        select
            '' as species_hash,
            '' as metric,
            toUInt64(0) as run_count
        where 1 = 0
    {%- endif %}

),

good_runs as (

    select
        run_id,
        source,
        workflow_id,
        assumeNotNull(species_hash) as species,
        species_day_version,
        coalesce(primary_model, '') as primary_model,
        ended_at,
        ended_date as tested_date,
        -- Per metric: the value, higher being worse, and the size that explains it; logarithms.
        arrayJoin([
            (
                'cost',
                if(unpriced_call_count = 0 and total_cost_usd > 0, log(toFloat64(total_cost_usd)), null),
                log(greatest(input_chars, 1))
            ),
            (
                'duration',
                if(total_duration_ms > 0, log(total_duration_ms), null),
                log(greatest(total_output_tokens, 1))
            ),
            ('quality', -evaluator_score, 0.0)
        ]) as measure

    from runs
    where {{ is_outdated(['species_hash', 'tested_date', 'species_day_version']) }}

),

sampled_runs as (

    select
        run_id,
        source,
        workflow_id,
        species as species_hash,
        species_day_version,
        primary_model,
        ended_at,
        tested_date,
        measure.1 as metric,
        assumeNotNull(measure.2) as value,
        assumeNotNull(measure.3) as explained_by

    from good_runs
    where measure.2 is not null
    order by
        sipHash64(run_id),
        run_id
    limit {{ var('regression_runs_per_day') }} by species_hash, metric, tested_date

)

select
    sampled_runs.*,
    toUInt32(settled_observations.run_count + row_number() over species_runs) as position
from sampled_runs
left join settled_observations
    on
        sampled_runs.species_hash = settled_observations.species_hash
        and sampled_runs.metric = settled_observations.metric
window species_runs as (
    partition by sampled_runs.species_hash, sampled_runs.metric
    order by sampled_runs.ended_at, sampled_runs.run_id
)
