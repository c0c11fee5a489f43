{{ config(order_by='(workflow_id, run_id)') }}

with

unioned_runs as (

    select * from {{ ref('int_runs__unioned') }}

),

merged_runs as (

    select * from {{ ref('int_merged_runs') }}

),

run_calls as (

    select * from {{ ref('int_run_calls') }}

),

-- A run whose every call is counted under another source's run is that run, for its sub-runs too.
runs as (

    select
        unioned_runs.* except (parent_run_id),
        if(merged_runs.run_id = '', unioned_runs.parent_run_id, merged_runs.kept_run_id) as parent_run_id

    from unioned_runs
    left join merged_runs
        on unioned_runs.parent_run_id = merged_runs.run_id
    where unioned_runs.run_id not in (select merged.run_id from merged_runs as merged)

),

-- The cost of sub-runs is a column of its own, never part of the run's cost.
child_runs as (

    select
        runs.parent_run_id as run_id,
        count() as child_run_count,
        sum(run_calls.total_cost_usd) as child_total_cost_usd

    from runs
    left join run_calls
        on runs.run_id = run_calls.run_id
    where runs.parent_run_id is not null
    group by run_id

),

joined_runs as (

    select
        ----------  ids
        runs.run_id as run_id,
        runs.source as source,
        runs.source_run_id as source_run_id,
        runs.workflow_id as workflow_id,
        -- The run's workflow identity: as logged, else its workflow.
        if(
            runs.logged_genus_hash != '',
            runs.logged_genus_hash,
            lower(hex(sipHash64(runs.source, runs.workflow_id)))
        ) as genus_hash,
        run_calls.species_hash_primary as species_hash,
        runs.parent_run_id as parent_run_id,
        if(runs.conversation_id != '', runs.conversation_id, run_calls.conversation_id) as conversation_id,
        if(runs.user_id != '', runs.user_id, run_calls.user_id) as user_id,
        if(runs.team_id != '', runs.team_id, run_calls.team_id) as team_id,
        if(runs.organization_id != '', runs.organization_id, run_calls.organization_id) as organization_id,

        ----------  text
        runs.project as project,
        runs.status as status,
        runs.mode as mode,
        runs.caller_id as caller_id,
        runs.origin as origin,
        runs.environment as environment,
        runs.experiment_name as experiment_name,
        runs.variant as variant,
        run_calls.models_used as models_used,
        run_calls.providers_used as providers_used,
        run_calls.primary_model as primary_model,
        run_calls.primary_provider as primary_provider,

        ----------  input
        run_inputs.input_chars as input_chars,
        run_inputs.input_estimated_tokens as input_estimated_tokens,
        run_inputs.input_json_depth as input_json_depth,
        run_inputs.input_array_items as input_array_items,
        run_inputs.input_complexity_score as input_complexity_score,
        run_inputs.input_category_by_chars as input_category_by_chars,
        run_inputs.input_category_by_score as input_category_by_score,
        run_inputs.input_category as input_category,
        run_inputs.input_fingerprint as input_fingerprint,

        ----------  numerics
        run_calls.total_cost_usd as total_cost_usd,
        run_calls.first_input_cost_usd as first_input_cost_usd,
        coalesce(
            runs.logged_duration_ms,
            toFloat64(dateDiff('millisecond', runs.started_at, runs.ended_at)),
            0.0
        ) as total_duration_ms,
        run_calls.total_input_tokens as total_input_tokens,
        run_calls.total_output_tokens as total_output_tokens,
        run_calls.total_input_tokens + run_calls.total_output_tokens as total_tokens,
        toUInt32(run_calls.call_count) as call_count,
        toUInt32(run_calls.unpriced_call_count) as unpriced_call_count,
        toUInt32(coalesce(runs.logged_step_count, run_calls.step_count)) as step_count,
        toUInt32(coalesce(runs.logged_error_count, run_calls.call_error_count)) as error_count,
        toUInt32(run_calls.candidate_count) as candidate_count,
        run_calls.reforge_depth as reforge_depth,
        run_calls.model_switches as model_switches,
        runs.logged_depth as depth,
        toUInt32(child_runs.child_run_count) as child_run_count,
        child_runs.child_total_cost_usd as child_total_cost_usd,
        run_candidates.evaluator_score as evaluator_score,
        run_candidates.winner_candidate_index as winner_candidate_index,
        run_candidates.winner_cost_usd as winner_cost_usd,
        run_candidates.loser_avg_cost_usd as loser_avg_cost_usd,

        ----------  booleans
        toBool(runs.ended_at is not null) as is_completed,

        ----------  timestamps
        runs.started_at as started_at,
        runs.ended_at as ended_at

    from runs
    left join run_calls
        on runs.run_id = run_calls.run_id
    inner join {{ ref('int_run_inputs') }} as run_inputs
        on runs.run_id = run_inputs.run_id
    left join child_runs
        on runs.run_id = child_runs.run_id
    left join {{ ref('int_run_candidates') }} as run_candidates
        on runs.run_id = run_candidates.run_id

)

-- By the version the days of runs are compared, and what is computed from the runs of a day (int_run_days).
select
    *,
    cityHash64(tuple(joined_runs.*)) as row_version
from joined_runs
