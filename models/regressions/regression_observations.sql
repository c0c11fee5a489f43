{{ config(order_by='(species_hash, metric, position)') }}

{#-
    What is compared: good runs only, because a failed run is cheap and fast for the wrong reason.
    A busy day is sampled by the hash of the run's id, so that the recent runs always reach back
    over several days, and one bad day cannot fill both windows.
-#}
with

runs as (

    select * from {{ ref('int_runs') }}
    where is_completed

),

good_runs as (

    select
        run_id,
        source,
        workflow_id,
        assumeNotNull(species_hash) as species,
        coalesce(primary_model, '') as main_model,
        assumeNotNull(runs.ended_at) as ended_at,
        toDate(ended_at) as day,
        -- Per metric: the value, higher being worse, and what is known to explain it; logs of sizes.
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
    where
        error_count = 0
        and total_output_tokens > 0
        and coalesce(species_hash, '') != ''

),

sampled_runs as (

    select
        run_id,
        source,
        workflow_id,
        species as species_hash,
        main_model,
        ended_at,
        day,
        measure.1 as metric,
        assumeNotNull(measure.2) as value,
        assumeNotNull(measure.3) as explained_by

    from good_runs
    where measure.2 is not null
    order by
        sipHash64(run_id),
        run_id
    limit {{ var('regression_runs_per_day') }} by species_hash, metric, day

)

select
    *,
    toUInt32(row_number() over species_runs) as position
from sampled_runs
window species_runs as (
    partition by species_hash, metric
    order by ended_at, run_id
)
