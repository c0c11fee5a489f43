{{ config(order_by='(run_id, step_name)') }}

with

calls as (

    select * from {{ ref('int_calls') }}

),

logged_steps as (

    select * from {{ ref('int_steps__unioned') }}

),

merged_runs as (

    select * from {{ ref('int_merged_runs') }}

),

called_steps as (

    select
        run_id,
        source,
        step_name,
        {{ sum_of_costs('cost_usd') }} as total_cost_usd,
        {{ sum_of_tokens('input_tokens') }} as total_input_tokens,
        {{ sum_of_tokens('output_tokens') }} as total_output_tokens,
        sum(logged_call_count) as call_count,
        countIf(is_error) as error_count,
        -- As a decimal: a sum of floats differs in the last digit with the order of the rows.
        toFloat64(sum(toDecimal128(coalesce(duration_ms, 0), 3))) as model_duration_ms,
        arraySort(groupArrayIf((model, provider), is_billable)) as models,
        arraySort(used -> (-toInt64(countEqual(models, used)), used), arrayDistinct(models))[1] as primary_model,
        min(called_at) as first_called_at,
        max(called_at) as last_called_at
    from calls
    where step_name != ''
    group by
        run_id,
        source,
        step_name

),

-- The steps of a run that is counted as another source's run go to that one, unless it has its own.
placed_steps as (

    select
        logged_steps.* except (run_id, source),
        if(merged_runs.run_id = '', logged_steps.run_id, merged_runs.kept_run_id) as run_id,
        if(merged_runs.run_id = '', logged_steps.source, merged_runs.kept_source) as source
    from logged_steps
    left join merged_runs
        on logged_steps.run_id = merged_runs.run_id
    where
        merged_runs.run_id = ''
        or merged_runs.kept_run_id not in (select own_steps.run_id from logged_steps as own_steps)

),

-- A step that was tried several times ended as its last attempt did, and took them all.
attempted_steps as (

    select
        run_id,
        source,
        step_name,
        argMax(step_kind, (placed_steps.started_at, step_id)) as step_kind,
        argMax(status, (placed_steps.started_at, step_id)) as status,
        argMaxIf(placed_steps.error_type, (placed_steps.started_at, step_id), placed_steps.error_type != '') as error_type,
        argMax(is_error, (placed_steps.started_at, step_id)) as is_error,
        count() as attempt_count,
        toFloat64(sum(toDecimal128(placed_steps.duration_ms, 3))) as duration_ms,
        min(placed_steps.started_at) as started_at,
        max(placed_steps.ended_at) as ended_at
    from placed_steps
    group by
        run_id,
        source,
        step_name

),

step_keys as (

    select
        run_id,
        source,
        step_name
    from called_steps
    union distinct
    select
        run_id,
        source,
        step_name
    from attempted_steps

)

select
    ----------  ids
    {{ joined_id(['step_keys.run_id', 'step_keys.step_name']) }} as step_id,
    step_keys.run_id as run_id,
    step_keys.source as source,

    ----------  text
    step_keys.step_name as step_name,
    attempted_steps.step_kind as step_kind,
    attempted_steps.status as status,
    attempted_steps.error_type as error_type,
    called_steps.primary_model.1 as primary_model,
    called_steps.primary_model.2 as primary_provider,

    ----------  numerics
    called_steps.total_cost_usd as total_cost_usd,
    called_steps.total_input_tokens as total_input_tokens,
    called_steps.total_output_tokens as total_output_tokens,
    called_steps.call_count as call_count,
    called_steps.error_count as error_count,
    called_steps.model_duration_ms as model_duration_ms,
    attempted_steps.attempt_count as attempt_count,
    attempted_steps.duration_ms as duration_ms,

    ----------  booleans
    toBool(attempted_steps.is_error or (attempted_steps.run_id = '' and called_steps.error_count > 0)) as is_error,

    ----------  timestamps
    multiIf(
        called_steps.run_id = '', attempted_steps.started_at,
        attempted_steps.run_id = '', called_steps.first_called_at,
        least(called_steps.first_called_at, attempted_steps.started_at)
    ) as started_at,
    attempted_steps.ended_at as ended_at,
    if(called_steps.run_id = '', null, called_steps.last_called_at) as last_called_at

from step_keys
left join called_steps
    on
        step_keys.run_id = called_steps.run_id
        and step_keys.step_name = called_steps.step_name
left join attempted_steps
    on
        step_keys.run_id = attempted_steps.run_id
        and step_keys.step_name = attempted_steps.step_name
