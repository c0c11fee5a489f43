{{ config(order_by='run_id') }}

{#-
    What a run's cost, tokens and duration are beside what the size of its work lets expect, on the log
    scale: cost and tokens given the characters of the input, duration given the calls and the tokens
    written. Expected from earlier runs of the same workflow and model only (K2, K13).
-#}
{% set prior = var('conditional_slope') -%}
{% set recent = var('calibrated_recent_runs') | int -%}

with

runs as (

    select * from {{ ref('int_runs') }}
    where is_completed

),

-- While a sub-run works its parent waits: that time is judged where it was spent.
child_durations as (

    select
        parent_run_id as run_id,
        sum(total_duration_ms) as child_duration_ms
    from runs
    where parent_run_id is not null
    group by parent_run_id

),

logged_runs as (

    select
        runs.run_id as run_id,
        runs.source as source,
        workflow_id,
        coalesce(primary_model, '') as main_model,
        input_category,
        species_hash,
        assumeNotNull(ended_at) as ended_at,
        toBool(coalesce(total_output_tokens, 0) > 0) as has_output,
        toBool(coalesce(error_count, 0) > 0) as has_error,
        -- A logarithm needs something to measure: what is zero or unknown stays unjudged.
        if(total_cost_usd > 0, log(toFloat64(total_cost_usd)), null) as cost,
        -- Sub-runs that together took longer than the run itself ran side by side: nothing to subtract.
        if(
            coalesce(child_durations.child_duration_ms, 0) < runs.total_duration_ms,
            runs.total_duration_ms - coalesce(child_durations.child_duration_ms, 0),
            runs.total_duration_ms
        ) as own_duration_ms,
        if(own_duration_ms > 0, log(own_duration_ms), null) as duration,
        if(total_tokens > 0, log(toFloat64(total_tokens)), null) as tokens,
        log(greatest(toFloat64(input_chars), 1)) as input_size,
        log(greatest(
            coalesce(total_output_tokens, 0) + {{ var('calibrated_call_tokens') }} * toFloat64(coalesce(call_count, 0)),
            1
        )) as work_size
    from runs
    left join child_durations
        on runs.run_id = child_durations.run_id

),

fitted_runs as (

    select
        *,
        {{ as_of_fit('cost', 'input_size') }},
        {{ as_of_fit('duration', 'work_size') }},
        {{ as_of_fit('tokens', 'input_size') }},
        count() over earlier_runs as comparable_run_count,
        countIf(has_output) over earlier_runs as comparable_output_run_count,
        count() over older_workflow_runs as older_run_count,
        countIf(has_error) over older_workflow_runs as older_error_run_count,
        countIf(has_error) over recent_workflow_runs as recent_error_run_count

    from logged_runs
    window
        earlier_runs as (
            partition by source, workflow_id, main_model
            order by ended_at, run_id
            rows between {{ var('conditional_fit_runs') }} preceding and 1 preceding
        ),
        older_workflow_runs as (
            partition by source, workflow_id
            order by ended_at, run_id
            rows between {{ var('conditional_fit_runs') }} preceding and {{ recent + 1 }} preceding
        ),
        recent_workflow_runs as (
            partition by source, workflow_id
            order by ended_at, run_id
            rows between {{ recent }} preceding and current row
        )

),

measured_runs as (

    select
        *,
        {{ as_of_deviation('cost', 'input_size', prior.cost) }} as cost_deviation,
        {{ as_of_uncertainty('cost', 'input_size') }} as cost_uncertainty,
        {{ as_of_deviation('duration', 'work_size', prior.duration) }} as duration_deviation,
        {{ as_of_uncertainty('duration', 'work_size') }} as duration_uncertainty,
        {{ as_of_deviation('tokens', 'input_size', prior.cost) }} as tokens_deviation,
        {{ as_of_uncertainty('tokens', 'input_size') }} as tokens_uncertainty

    from fitted_runs

)

select
    run_id,
    source,
    workflow_id,
    main_model,
    input_category,
    species_hash,
    ended_at,
    has_output,
    has_error,
    comparable_run_count,
    comparable_output_run_count,
    older_run_count,
    older_error_run_count,
    recent_error_run_count,
    cost_run_count,
    cost_uncertainty,
    cost_deviation / cost_uncertainty as cost_residual,
    duration_run_count,
    duration_uncertainty,
    duration_deviation / duration_uncertainty as duration_residual,
    tokens_run_count,
    tokens_uncertainty,
    tokens_deviation / tokens_uncertainty as tokens_residual
from measured_runs
