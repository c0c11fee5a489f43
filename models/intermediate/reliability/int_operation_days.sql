{{ config(order_by='(operation_kind, operation_name, workflow_id, date)') }}

with

as_of as (

    select * from {{ ref('int_as_of') }}

),

runs as (

    select * from {{ ref('int_scope_runs') }}

),

thresholds as (

    {{ sla_thresholds_by_target() }}

),

-- Every operation with what it took and cost: calls by model and provider, steps, tools, whole runs.
operations as (

    select
        arrayJoin([('model', model, provider), ('provider', provider, provider)]) as operation,
        run_id,
        called_at as happened_at,
        toUInt64(logged_call_count) as operation_count,
        is_error,
        if(is_run_level, null, duration_ms) as duration_ms,
        toUInt64(0) as retry_count,
        assumeNotNull(coalesce(input_tokens, 0)) as input_tokens,
        assumeNotNull(coalesce(output_tokens, 0)) as output_tokens,
        toDecimal128(coalesce(cost_usd, 0), 12) as cost_usd
    from {{ ref('int_calls') }}

    union all

    select
        ('step', step_name, primary_provider) as operation,
        run_id,
        coalesce(ended_at, last_called_at, started_at) as happened_at,
        toUInt64(1) as operation_count,
        is_error,
        duration_ms,
        toUInt64(greatest(attempt_count, 1) - 1) as retry_count,
        total_input_tokens as input_tokens,
        total_output_tokens as output_tokens,
        total_cost_usd as cost_usd
    from {{ ref('int_steps') }}

    union all

    select
        ('tool', tool_name, '') as operation,
        run_id,
        called_at as happened_at,
        toUInt64(1) as operation_count,
        is_error,
        duration_ms,
        toUInt64(0) as retry_count,
        toUInt64(0) as input_tokens,
        toUInt64(0) as output_tokens,
        toDecimal128(0, 12) as cost_usd
    from {{ ref('int_tool_calls') }}

    union all

    select
        ('workflow', workflow_id, primary_provider) as operation,
        run_id,
        coalesce(ended_at, started_at) as happened_at,
        toUInt64(1) as operation_count,
        status = 'failed' as is_error,
        duration_ms,
        toUInt64(0) as retry_count,
        toUInt64(0) as input_tokens,
        toUInt64(0) as output_tokens,
        total_cost_usd as cost_usd
    from runs
    where status in ('completed', 'failed')

),

placed as (

    select
        operations.*,
        runs.organization_id as organization_id,
        runs.workflow_id as run_workflow_id,
        arrayJoin(if(operation.1 = 'workflow', [''], arrayDistinct(['', run_workflow_id]))) as workflow_id,
        toDate(operations.happened_at) as date,
        operations.happened_at > (select as_of.last_event_at from as_of) - interval 1 day as is_last_day,
        -- What was promised is a call's latency; the other operations have no promise of their own.
        operation.1 in ('model', 'provider') as has_promise,
        {{ sla_threshold('run_workflow_id', 'operation.2') }} as threshold_ms
    from operations
    inner join runs
        on operations.run_id = runs.run_id
    where toDate(operations.happened_at) <= (select as_of.as_of_date from as_of)

)

select
    operation.1 as operation_kind,
    operation.2 as operation_name,
    organization_id,
    workflow_id,
    operation.3 as provider,
    date,
    is_last_day,
    sum(placed.operation_count) as operation_count,
    countIf(placed.is_error) as error_count,
    sum(placed.retry_count) as retry_count,
    groupArrayIf(assumeNotNull(placed.duration_ms), placed.duration_ms is not null) as durations_ms,
    countIf(has_promise and placed.duration_ms > threshold_ms) as sla_breach_count,
    max(threshold_ms) as sla_threshold_ms,
    sum(placed.input_tokens) as input_tokens,
    sum(placed.output_tokens) as output_tokens,
    sum(placed.cost_usd) as cost_usd
from placed
where operation.2 != ''
group by
    operation_kind,
    operation_name,
    organization_id,
    workflow_id,
    provider,
    date,
    is_last_day
