{{ config(order_by='(scope_kind, scope_key, date)') }}

with

runs as (

    select * from {{ ref('int_scope_runs') }}
    where started_date <= (select as_of.as_of_date from {{ ref('int_as_of') }} as as_of)

),

-- As calls are: runs are summed up by everything that they are counted under before they are expanded.
alike_runs as (

    select
        started_date,
        {{ scope_dimensions() | join(',\n        ') }},
        max(started_at) as last_run_at,
        groupArrayIf(assumeNotNull(duration_ms), duration_ms is not null) as durations_ms,
        count() as run_count,
        countIf(status = 'completed') as completed_run_count,
        countIf(status = 'failed') as failed_run_count,
        countIf(status = 'cancelled') as cancelled_run_count,
        coalesce(sum({{ exact('duration_ms') }}), 0) as run_duration_ms_sum,
        sum({{ exact_log('total_cost_usd') }}) as log_run_cost_sum,
        sum({{ exact_log('total_cost_usd', 2) }}) as log_run_cost_sq_sum,
        countIf(total_cost_usd > 0) as log_run_cost_count,
        sum({{ exact_log('duration_ms') }}) as log_run_duration_sum,
        sum({{ exact_log('duration_ms', 2) }}) as log_run_duration_sq_sum,
        countIf(duration_ms > 0) as log_run_duration_count,
        -- A run whose checks did not run has a verdict of its own, but no check.
        countIf(qa_status not in ('', 'not_run')) as qa_run_count,
    {% for verdict in ['passed', 'warning', 'failed', 'error', 'not_run'] -%}
        countIf(qa_status = '{{ verdict }}') as qa_{{ verdict }}_count{{ ',' if not loop.last }}
    {% endfor %}
    from runs
    group by
        started_date,
        {{ scope_dimensions() | join(',\n        ') }}

),

scoped_runs as (

    select
        *,
        arrayJoin({{ scopes_of() }}) as scope
    from alike_runs

)

select
    toLowCardinality(scope.1) as scope_kind,
    scope.2 as scope_key,
    started_date as date,
    max(scoped_runs.last_run_at) as last_run_at,
    groupUniqArrayIf(user_id, user_id != '') as users,
    groupUniqArrayIf(workflow_id, workflow_id != '') as workflows,
    groupArrayArray(scoped_runs.durations_ms) as durations_ms,
{% for count in scope_day_parts().runs -%}
    sum(scoped_runs.{{ count }}) as {{ count }}{{ ',' if not loop.last }}
{% endfor %}
from scoped_runs
group by
    scope_kind,
    scope_key,
    date
