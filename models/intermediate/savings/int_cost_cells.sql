{{ config(order_by='(workflow_id, step_name, model, provider, is_failed)') }}

with

as_of as (

    select * from {{ ref('int_as_of') }}
    where as_of_date > toDate(0)

),

runs as (

    select * from {{ ref('int_scope_runs') }}

),

tool_runs as (

    select distinct run_id
    from {{ ref('int_tool_calls') }}

)

select
    runs.status = 'failed' as is_failed,
    runs.workflow_id as workflow_id,
    calls.step_name as step_name,
    calls.model as model,
    calls.provider as provider,
    if(uniqExact(runs.organization_id) = 1, any(runs.organization_id), '') as organization_id,
    any(runs.project) as project,
    count() as call_count,
    uniqExact(calls.run_id) as run_count,
    sum(toDecimal128(coalesce(calls.cost_usd, 0), 12)) as cost_usd,
    sum(coalesce(calls.uncached_input_tokens, calls.input_tokens, 0)) as uncached_tokens,
    sum(coalesce(calls.cache_read_tokens, 0)) as read_tokens,
    sum(coalesce(calls.cache_write_5m_tokens, 0) + coalesce(calls.cache_write_1h_tokens, 0)) as write_tokens,
    sum(coalesce(calls.output_tokens, 0)) as output_tokens,
    arrayReduce('quantileExactInclusive(0.9)', groupArray(coalesce(calls.output_tokens, 0))) as p90_output_tokens,
    countIf(calls.run_id in (select tool_runs.run_id from tool_runs)) > 0 as has_tools,
    countIf(calls.candidate_index is not null) > 0 as has_candidates,
    arraySlice(arraySort(groupUniqArray(calls.run_id)), 1, {{ var('insights').evidence_runs }}) as run_ids,
    min(calls.called_date) as first_date
from {{ ref('int_calls') }} as calls
inner join runs
    on calls.run_id = runs.run_id
cross join as_of
where calls.called_date between as_of.last_complete_date - ({{ var('opportunities').days }} - 1) and as_of.last_complete_date
group by
    is_failed,
    workflow_id,
    step_name,
    model,
    provider
