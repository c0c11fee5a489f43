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
        if(metrics.scope_kind = 'total', '', metrics.scope_key) as organization_id,
        metrics.days as days,
        metrics.period_start_date as period_start_date,
        metrics.period_last_date as period_last_date,
        coalesce(periods.previous_start_date, metrics.period_start_date) as previous_start_date,
        toJSONString({{ json_object({
            'avg_duration_ms': ('avg_duration_ms', number), 'p50_duration_ms': ('p50_duration_ms', number),
            'p95_duration_ms': ('p95_duration_ms', number), 'p99_duration_ms': ('p99_duration_ms', number),
        }) }}) as performance_json,
        metrics.failed_run_count as failed_run_count,
        metrics.failure_share as failure_share
    from {{ ref('mart_period_metrics') }} as metrics
    inner join {{ ref('int_periods') }} as periods
        on
            metrics.period_kind = periods.period_kind
            and metrics.period_start_date = periods.period_start_date
    where
        metrics.period_kind in ({% for days in var('insights').days %}'last_{{ days }}d'{{ ', ' if not loop.last }}{% endfor %})
        and (metrics.scope_kind = 'total' or metrics.scope_kind = 'organization' and metrics.scope_key != '')

),

usage as (

    select
        windows.organization_id as organization_id,
        windows.days as days,
        sumMap(map(toHour(toTimeZone(runs.started_at, '{{ var("insights").time_zone }}')), toUInt64(1))) as hours,
        sumMap(map(runs.workflow_id, toUInt64(1))) as workflows
    from {{ ref('run_analytics') }} as runs
    cross join windows
    where
        toDate(runs.started_at) between windows.period_start_date and windows.period_last_date
        and windows.organization_id in ('', runs.organization_id)
    group by
        organization_id,
        days

),

-- As mart_failures has them, of an organization's own runs.
failures as (

    select
        windows.organization_id as organization_id,
        windows.days as days,
        failed_runs.workflow_id as workflow_id,
        failed_runs.error_type as error_type,
        countIf(failed_runs.started_date >= windows.period_start_date) as failed_run_count,
        failed_run_count = count() as is_new,
        minIf(failed_runs.failed_at, failed_runs.started_date >= windows.period_start_date) as first_at
    from {{ ref('int_failed_runs') }} as failed_runs
    cross join windows
    where
        failed_runs.started_date between windows.previous_start_date and windows.period_last_date
        and windows.organization_id in ('', failed_runs.organization_id)
    group by
        organization_id,
        days,
        workflow_id,
        failed_runs.step_name,
        error_type
    having failed_run_count > 0

),

failure_patterns as (

    select
        organization_id,
        days,
        sumMap(map(failures.error_type, failures.failed_run_count)) as by_error_type,
        sumMap(map(failures.workflow_id, failures.failed_run_count)) as by_pipeline,
        {{ common_patterns() }} as patterns
    from failures
    group by
        organization_id,
        days

),

-- Steps of one workflow each; models over all that the answer is about.
operations as (

    select
        windows.organization_id as organization_id,
        windows.days as days,
        operation_kind,
        operation_name,
        operations.provider as provider,
        operations.workflow_id as step_workflow_id,
        sum(operations.operation_count) as uses,
        sum(length(operations.durations_ms)) as timings,
        sum(arraySum(operations.durations_ms)) / nullIf(timings, 0) as mean_ms,
        sum(operations.input_tokens + operations.output_tokens) as tokens,
        toFloat64(sum(operations.cost_usd)) as usd,
        sum(operations.error_count) as errors
    from {{ ref('int_operation_days') }} as operations
    cross join windows
    where
        operations.date between windows.period_start_date and windows.period_last_date
        and windows.organization_id in ('', operations.organization_id)
        and (operation_kind = 'step' and step_workflow_id != '' or operation_kind = 'model' and step_workflow_id = '')
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
        ))) as models,
        sumMapIf(map(operation_name, uses), operation_kind = 'model') as model_uses
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
        'by_error_type': ('failure_patterns.by_error_type', 'Map(String, UInt64)'), 'by_pipeline': ('failure_patterns.by_pipeline', 'Map(String, UInt64)'),
        'common_patterns': ('failure_patterns.patterns', 'Array(String)'),
    }) }}) as failure_json,
    toJSONString(rankings.models) as efficiency_json,
    toJSONString({{ json_object({
        'peak_hours': (counted_list('usage.hours', 3), 'Array(Tuple(hour UInt8, runs UInt64, share Float64))'),
        'busiest_pipelines': (counted_list('usage.workflows', 5), 'Array(Tuple(pipeline_id String, runs UInt64, share Float64))'),
        'model_preferences': (counted_list('rankings.model_uses', 20), 'Array(Tuple(model String, calls UInt64, share Float64))'),
    }) }}) as usage_json
from windows
left join usage
    on
        windows.organization_id = usage.organization_id
        and windows.days = usage.days
left join failure_patterns
    on
        windows.organization_id = failure_patterns.organization_id
        and windows.days = failure_patterns.days
left join rankings
    on
        windows.organization_id = rankings.organization_id
        and windows.days = rankings.days
