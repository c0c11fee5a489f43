{{ config(order_by='(period_kind, scope_id, contributor_id)') }}

{#- The newest week, month and windows of those who answer for money, workflow by workflow and model by model. -#}
with

calls as (

    select * from {{ ref('int_scope_calls') }}

),

periods as (

    select * from {{ ref('int_periods') }}
    where
        is_newest
        and period_kind in ('last_7d', 'last_30d', 'week', 'month')

),

-- Calls of a day and owner first: each is expanded once, with others like it.
days as (

    select
        date,
        organization_id,
        team_id,
        project,
        workflow_id,
        model,
        groupUniqArray(run_id) as run_ids,
        sum(logged_call_count) as call_count,
        {{ sum_of_tokens('calls.input_tokens') }} + {{ sum_of_tokens('calls.output_tokens') }} as total_tokens,
        sum(calls.cost_usd) as cost_usd
    from calls
    where date >= (select min(periods.previous_start_date) from periods)
    group by
        date,
        organization_id,
        team_id,
        project,
        workflow_id,
        model

),

scoped_days as (

    select
        *,
        arrayJoin([
            ('total', ''), ('organization', organization_id), ('team', team_id), ('project', project)
        ]) as scope
    from days

)

select
    scope.1 as scope_kind,
    scope.2 as scope_key,
    if(scope.1 = 'total', 'total', concat(scope.1, ':', scope.2)) as scope_id,
    periods.period_kind as period_kind,
    scoped_days.workflow_id as workflow_id,
    scoped_days.model as model,
    any(periods.period_start_date) as period_start_date,
    any(periods.period_last_date) as period_last_date,
    any(periods.previous_start_date) as previous_start_date,
    any(periods.previous_last_date) as previous_last_date,
    {% for side, condition in {
        'previous': 'scoped_days.date < periods.period_start_date',
        'current': 'scoped_days.date >= periods.period_start_date',
    }.items() -%}
        uniqExactArrayIf(scoped_days.run_ids, {{ condition }}) as {{ side }}_run_count,
        sumIf(scoped_days.call_count, {{ condition }}) as {{ side }}_call_count,
        sumIf(scoped_days.total_tokens, {{ condition }}) as {{ side }}_tokens,
        sumIf(scoped_days.cost_usd, {{ condition }}) as {{ side }}_cost_usd,
    {% endfor -%}
    concat(workflow_id, '/', model) as contributor_id
from periods
cross join scoped_days
where
    scoped_days.date between periods.period_start_date and periods.period_last_date
    or scoped_days.date between periods.previous_start_date and periods.previous_last_date
group by
    scope_kind,
    scope_key,
    scope_id,
    period_kind,
    workflow_id,
    model
