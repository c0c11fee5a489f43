{{ config(materialized='table', order_by='(organization_id, days)') }}

{#- Parts of document D's report, as JSON, for the whole warehouse (organization '') and for each organization. -#}
{%- set number = 'Nullable(Float64)' -%}
{%- set stage = {
    'stage': ('operation_name', 'String'), 'pipeline_id': ('step_workflow_id', 'String'),
    'avg_duration_ms': ('mean_ms', number), 'count': ('timings', 'UInt64'),
} -%}

with

windows as (

    select
        if(scope_kind = 'total', '', scope_key) as organization_id,
        days,
        period_kind,
        period_start_date,
        period_last_date,
        toJSONString({{ json_object({
            'avg_duration_ms': ('avg_duration_ms', number), 'p50_duration_ms': ('p50_duration_ms', number),
            'p95_duration_ms': ('p95_duration_ms', number), 'p99_duration_ms': ('p99_duration_ms', number),
        }) }}) as performance_json,
        failed_run_count,
        failure_share
    from {{ ref('mart_period_metrics') }}
    where
        period_kind in ({% for days in var('insights').days %}'last_{{ days }}d'{{ ', ' if not loop.last }}{% endfor %})
        and (scope_kind = 'total' or scope_kind = 'organization' and scope_key != '')

),

-- A workflow belongs to the organization of its newest run.
runs as (

    select
        windows.organization_id as organization_id,
        windows.days as days,
        runs.workflow_id as workflow_id,
        runs.primary_model as model,
        runs.call_count as call_count,
        toHour(toTimeZone(runs.started_at, '{{ var("insights").time_zone }}')) as hour
    from {{ ref('run_analytics') }} as runs
    cross join windows
    where
        toDate(runs.started_at) between windows.period_start_date and windows.period_last_date
        and (windows.organization_id = '' or runs.organization_id = windows.organization_id)

),

usage as (

    select
        organization_id,
        days,
        groupUniqArray(workflow_id) as workflow_ids,
        sumMap(map(hour, toUInt64(1))) as hours,
        sumMap(map(workflow_id, toUInt64(1))) as workflows,
        sumMap(map(model, toUInt64(call_count))) as models,
        count() as run_count
    from runs
    group by
        organization_id,
        days

),

failures as (

    select
        usage.organization_id as organization_id,
        usage.days as days,
        sumMap(map(failures.error_type, failures.failed_run_count)) as by_error_type,
        sumMap(map(failures.workflow_id, failures.failed_run_count)) as by_pipeline,
        sum(failures.failed_run_count) as failure_count,
        {{ common_patterns() }} as patterns
    from {{ ref('mart_failures') }} as failures
    cross join usage
    where
        failures.period_kind = concat('last_', toString(usage.days), 'd')
        and has(usage.workflow_ids, failures.workflow_id)
    group by
        organization_id,
        days

),

-- Steps of one workflow each; models over all that the answer is about.
operations as (

    select
        usage.organization_id as organization_id,
        usage.days as days,
        operation_kind,
        operation_name,
        operations.provider as provider,
        if(operation_kind = 'step', operations.workflow_id, '') as step_workflow_id,
        sum(operations.operation_count) as uses,
        sum(operations.timed_count) as timings,
        sum(operations.avg_duration_ms * operations.timed_count) / nullIf(timings, 0) as mean_ms,
        sum(operations.input_tokens + operations.output_tokens) as tokens,
        toFloat64(sum(operations.cost_usd)) as usd,
        sum(operations.error_count) as errors
    from {{ ref('mart_operations') }} as operations
    cross join usage
    where
        operations.period_kind = concat('last_', toString(usage.days), 'd')
        and operation_kind in ('step', 'model')
        and operations.workflow_id != ''
        and has(usage.workflow_ids, operations.workflow_id)
    group by
        organization_id,
        days,
        operation_kind,
        operation_name,
        provider,
        step_workflow_id

),

rankings as (

    select
        organization_id,
        days,
        {% for name, sign in {'slowest': '-', 'fastest': ''}.items() -%}
            arrayMap(row -> row.2, arraySlice(arraySort(groupArrayIf(
                (({{ sign }}mean_ms, operation_name, step_workflow_id), {{ json_object(stage) }}), operation_kind = 'step' and timings > 0
            )), 1, 5)) as {{ name }},
        {% endfor -%}
        arrayMap(row -> row.2, arraySort(groupArrayIf(
            ((-toInt64(uses), operation_name, provider), {{ json_object({
                'provider': ('provider', 'String'), 'model': ('operation_name', 'String'), 'avg_latency_ms': ('mean_ms', number),
                'avg_tokens_per_request': ('tokens / nullIf(uses, 0)', number),
                'cost_per_1k_tokens': ('usd * 1000 / nullIf(tokens, 0)', number),
                'success_rate': ('(uses - errors) / nullIf(uses, 0)', number), 'usage_count': ('uses', 'UInt64'),
            }) }}), operation_kind = 'model'
        ))) as models
    from operations
    group by
        organization_id,
        days

)

select
    windows.organization_id as organization_id,
    windows.days as days,
    windows.period_start_date as period_start_date,
    windows.period_last_date as period_last_date,
    concat(
        substring(windows.performance_json, 1, length(windows.performance_json) - 1),
        ',"slowest_stages":', toJSONString(rankings.slowest), ',"fastest_stages":', toJSONString(rankings.fastest), '}'
    ) as performance_json,
    toJSONString({{ json_object({
        'total_failures': ('windows.failed_run_count', 'UInt64'), 'failure_rate': ('windows.failure_share', number),
        'by_error_type': ('failures.by_error_type', 'Map(String, UInt64)'), 'by_pipeline': ('failures.by_pipeline', 'Map(String, UInt64)'),
        'common_patterns': ('failures.patterns', 'Array(String)'),
    }) }}) as failure_json,
    toJSONString(rankings.models) as efficiency_json,
    toJSONString({{ json_object({
        'peak_hours': (counted_list('usage.hours', 3), 'Array(Tuple(hour UInt8, runs UInt64, share Float64))'),
        'busiest_pipelines': (counted_list('usage.workflows', 5), 'Array(Tuple(pipeline_id String, runs UInt64, share Float64))'),
        'model_preferences': (counted_list('usage.models', 20), 'Array(Tuple(model String, calls UInt64, share Float64))'),
    }) }}) as usage_json
from windows
left join usage
    on
        windows.organization_id = usage.organization_id
        and windows.days = usage.days
left join failures
    on
        windows.organization_id = failures.organization_id
        and windows.days = failures.days
left join rankings
    on
        windows.organization_id = rankings.organization_id
        and windows.days = rankings.days
