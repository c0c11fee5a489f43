{{ config(materialized='view') }}

{#- Document C's answers: keys, types and order are the document's (R044 to R053, R056). -#}
{%- set summary = {
    'total_runs': ('total_runs', 'UInt64'),
    'total_jobs': ('total_jobs', 'UInt64'),
    'total_tokens': ('total_tokens', 'UInt64'),
    'total_cost': ('toFloat64(total_cost_usd)', 'Float64'),
    'avg_cost_per_run': ('avg_cost_per_run_usd', 'Float64'),
    'avg_duration_seconds': ('avg_duration_seconds', 'Float64'),
    'jobs_completed': ('jobs_completed', 'UInt64'),
    'jobs_failed': ('jobs_failed', 'UInt64'),
    'jobs_cancelled': ('jobs_cancelled', 'UInt64'),
    'jobs_running': ('jobs_running', 'UInt64'),
    'jobs_queued': ('jobs_queued', 'UInt64'),
    'runs_2loop': ('runs_2loop', 'UInt64'),
    'runs_3loop': ('runs_3loop', 'UInt64'),
    'qa_summary': ('qa', 'Tuple(' ~ qa_fields() ~ ')'),
    'monthly_budget': ('toFloat64(monthly_budget_usd)', 'Nullable(Float64)'),
    'current_month_cost': ('toFloat64(current_month_cost_usd)', 'Float64'),
    'budget_remaining': ('toFloat64(budget_remaining_usd)', 'Nullable(Float64)'),
    'generated_at': (iso_time('figures.generated_at'), 'String'),
} -%}
{%- set project = {
    'project_name': ('project_name', 'String'),
    'runs_count': ('runs_count', 'UInt64'),
    'last_run_time': ('last_run_time', 'Nullable(String)'),
    'total_tokens': ('total_tokens', 'UInt64'),
    'total_cost': ('toFloat64(total_cost_usd)', 'Float64'),
    'avg_duration_seconds': ('avg_duration_seconds', 'Float64'),
    'qa_passed': ('qa_passed', 'UInt64'),
    'qa_warning': ('qa_warning', 'UInt64'),
    'qa_failed': ('qa_failed', 'UInt64'),
    'qa_not_run': ('qa_not_run', 'UInt64'),
} -%}
{%- set model = {
    'model_name': ('model_name', 'String'),
    'total_tokens': ('total_tokens', 'UInt64'),
    'total_cost': ('toFloat64(total_cost_usd)', 'Float64'),
    'usage_count': ('usage_count', 'UInt64'),
} -%}
{%- set day = {
    'date': ('toString(date)', 'String'),
    'runs': ('runs', 'UInt64'),
    'tokens': ('tokens', 'UInt64'),
    'cost': ('toFloat64(cost_usd)', 'Float64'),
    'qa_passed': ('qa_passed', 'UInt64'),
    'qa_warning': ('qa_warning', 'UInt64'),
    'qa_failed': ('qa_failed', 'UInt64'),
} -%}

with

figures as (

    select
        *,
        (total_qa_runs, qa_passed, qa_warning, qa_failed, qa_error, qa_not_run, coalesce(qa_pass_share, 0)) as qa
    from {{ ref('v_summary') }}

),

summary as (

    select
        toJSONString({{ json_object(summary) }}) as summary_json,
        toJSONString(cast(qa, 'Tuple({{ qa_fields() }})')) as qa_json,
        {{ iso_time('figures.generated_at') }} as generated_at
    from figures

),

projects as (

    select toJSONString(arrayMap(row -> row.2, arraySort(row -> row.1, groupArray((position, {{ json_object(project) }}))))) as projects_json
    from {{ ref('v_projects') }}

),

models as (

    select toJSONString(arrayMap(row -> row.2, arraySort(row -> row.1, groupArray((position, {{ json_object(model) }}))))) as models_json
    from {{ ref('v_models') }}

),

timeseries as (

    select toJSONString(arraySort(day -> day.1, groupArray({{ json_object(day) }}))) as daily_json
    from {{ ref('v_timeseries') }}

)

select
    summary.generated_at as generated_at,
    summary.summary_json as summary_json,
    projects.projects_json as projects_json,
    models.models_json as models_json,
    concat('{"daily":', timeseries.daily_json, '}') as timeseries_json,
    summary.qa_json as qa_json,
    concat(
        '{"summary":', summary.summary_json, ',"projects":', projects.projects_json,
        ',"models":', models.models_json, ',"timeseries":', timeseries.daily_json, '}'
    ) as export_json
from summary
cross join projects
cross join models
cross join timeseries
