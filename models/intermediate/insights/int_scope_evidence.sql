{{ config(order_by='(period_kind, scope_id)') }}

{%- set examples = var('insights').evidence_runs -%}

with

periods as (

    select * from {{ ref('int_periods') }}
    where
        is_newest
        and period_kind in ({% for days in var('insights').days %}'last_{{ days }}d'{{ ', ' if not loop.last }}{% endfor %})

),

runs as (

    select * from {{ ref('int_scope_runs') }}
    where started_date >= (select min(periods.period_start_date) from periods)

),

failed_runs as (

    select
        run_id,
        error_type
    from {{ ref('int_failed_runs') }}

),

scoped_runs as (

    select
        runs.*,
        failed_runs.error_type as error_type,
        arrayJoin(arrayConcat(
            [('total', ''), ('organization', organization_id), ('project', project), ('workflow', workflow_id)],
            arrayMap(model -> ('model', model), models),
            arrayMap(provider -> ('provider', provider), providers)
        )) as scope
    from runs
    left join failed_runs
        on runs.run_id = failed_runs.run_id

)

select
    periods.period_kind as period_kind,
    scope.1 as scope_kind,
    scope.2 as scope_key,
    if(scope.1 = 'total', 'total', concat(scope.1, ':', scope.2)) as scope_id,
    if(uniqExact(organization_id) = 1, any(organization_id), '') as organization_id,
    countIf(scoped_runs.status = 'failed') as failed_run_count,
    countIf(scoped_runs.status in ('completed', 'failed')) as finished_run_count,
    sumMapIf(map(scoped_runs.error_type, toUInt64(1)), scoped_runs.error_type != '') as by_error_type,
    {% for name, measure in {
        'expensive': 'toFloat64(scoped_runs.total_cost_usd)',
        'slow': 'coalesce(scoped_runs.duration_ms, 0.0)',
        'newest': 'toFloat64(toUnixTimestamp64Milli(scoped_runs.started_at))',
    }.items() -%}
        arrayMap(run -> run.2, arraySlice(arrayReverseSort(groupArray(({{ measure }}, scoped_runs.run_id))), 1, {{ examples }})) as {{ name }}_run_ids,
    {% endfor -%}
    arrayMap(run -> run.2, arraySlice(
        arrayReverseSort(groupArrayIf((scoped_runs.started_at, scoped_runs.run_id), scoped_runs.status = 'failed')), 1, {{ examples }}
    )) as failed_run_ids,
    arrayMap(run -> run.2, arraySlice(
        arrayReverseSort(groupArrayIf((scoped_runs.started_at, scoped_runs.run_id), scoped_runs.qa_status = 'failed')), 1, {{ examples }}
    )) as rejected_run_ids
from periods
cross join scoped_runs
where scoped_runs.started_date between periods.period_start_date and periods.period_last_date
group by
    period_kind,
    scope_kind,
    scope_key,
    scope_id
