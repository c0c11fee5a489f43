{{ config(order_by='(opportunity_type, workflow_id, step_name, model, provider)') }}

{%- set waste = var('waste') -%}

with

as_of as (

    select * from {{ ref('int_as_of') }}
    where as_of_date > toDate(0)

),

runs as (

    select
        run_id,
        workflow_id,
        status
    from {{ ref('int_scope_runs') }}

),

wasted_runs as (

    select * from {{ ref('int_wasted_runs') }}

),

calls as (

    select
        call_id,
        run_id,
        step_name,
        model,
        provider,
        toFloat64(coalesce(cost_usd, 0)) as call_usd
    from {{ ref('int_calls') }}
    where called_date between (select as_of.last_complete_date from as_of) - ({{ var('opportunities').days }} - 1) and (select as_of.last_complete_date from as_of)

),

-- Of a run that was for nothing, every call was.
wasted_calls as (

    select
        waste_kind,
        call_id,
        saving_usd,
        estimate_basis
    from {{ ref('int_wasted_calls__steps') }}

    union all

    select
        wasted_runs.waste_kind as waste_kind,
        calls.call_id as call_id,
        calls.call_usd * if(wasted_runs.waste_kind = 'reliability', {{ waste.reliability_saving_share }}, 1) as saving_usd,
        'logged' as estimate_basis
    from calls
    inner join wasted_runs
        on calls.run_id = wasted_runs.run_id

),

-- Failed runs are saved by making them succeed, the others by everything else.
placed as (

    select
        wasted_calls.waste_kind as opportunity_type,
        wasted_calls.estimate_basis as estimate_basis,
        runs.workflow_id as workflow_id,
        calls.step_name as step_name,
        calls.model as model,
        calls.provider as provider,
        runs.status = 'failed' as is_failed,
        wasted_calls.saving_usd as saving_usd,
        calls.run_id as run_id
    from wasted_calls
    inner join calls
        on wasted_calls.call_id = calls.call_id
    inner join runs
        on calls.run_id = runs.run_id
    where (runs.status = 'failed') = (wasted_calls.waste_kind = 'reliability')

)

select
    opportunity_type,
    estimate_basis,
    is_failed,
    workflow_id,
    step_name,
    model,
    provider,
    '' as advised_model,
    sum(placed.saving_usd) as saving_usd,
    uniqExact(run_id) as run_count,
    arraySlice(arrayReverseSort(groupUniqArray(run_id)), 1, {{ var('insights').evidence_runs }}) as run_ids
from placed
group by
    opportunity_type,
    estimate_basis,
    is_failed,
    workflow_id,
    step_name,
    model,
    provider
having saving_usd > 0

union all

select
    'model_downgrade' as opportunity_type,
    'price_book' as estimate_basis,
    is_failed,
    workflow_id,
    step_name,
    model,
    provider,
    smaller_model as advised_model,
    saving_usd,
    run_count,
    run_ids
from {{ ref('int_downgrades') }}
