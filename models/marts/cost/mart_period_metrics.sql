{{ config(order_by='(period_kind, scope_kind, scope_key, period_start_date)') }}

with

days as (

    select * from {{ ref('int_scope_days') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

period_days as (

    select
        *,
        arrayJoin({{ periods_of('date') }}) as period
    from days

),

-- Percentiles and distinct counts are of the period's own runs, calls and users, never of its days' figures.
summed_periods as (

    select
        scope_kind,
        scope_key,
        scope_id,
        period.1 as period_kind,
        period.2 as period_start_date,
        max(period_days.last_run_at) as last_run_at,
        {% for column in scope_counts() -%}
            sum(period_days.{{ column }}) as {{ column }},
        {% endfor -%}
        {% for list, names in scope_lists().items() -%}
            sum(length(period_days.{{ list }})) as {{ names.count }},
            quantilesExactInclusiveArray(0.5, 0.9, 0.95, 0.99)(period_days.{{ list }}) as {{ names.metric }}_percentiles, -- noqa: LT01
        {% endfor -%}
        groupUniqArrayArray(period_days.users) as users,
        groupUniqArrayArray(period_days.workflows) as workflows
    from period_days
    -- Users, keys and tags are many: not of every kind of period.
    where
        scope_kind not in ('user', 'api_key', 'tag')
        or period.1 in ('last_30d', 'all', 'month')
    group by
        scope_kind,
        scope_key,
        scope_id,
        period_kind,
        period_start_date

),

measured_periods as (

    select
        *,
        {{ scope_metrics(lists_are_measured=true) }}
        maxIf(run_count, scope_kind = 'total') over period_scopes as all_runs,
        maxIf(cost_usd, scope_kind = 'total') over period_scopes as all_costs_usd,
        row_number() over (
            partition by period_kind, period_start_date, scope_kind
            order by -cost_usd, scope_key
        ) as cost_rank
    from summed_periods
    window period_scopes as (partition by period_kind, period_start_date)

)

select
    ----------  ids
    measured.scope_kind as scope_kind,
    measured.scope_key as scope_key,
    measured.scope_id as scope_id,
    periods.period_kind as period_kind,

    ----------  numerics
    {{ scope_metric_columns() }}
    {{ safe_ratio('run_count', 'all_runs') }} as run_share,
    {{ safe_ratio('cost_usd', 'all_costs_usd') }} as cost_share,
    run_count as usage_run_count,
    toUInt32(cost_rank) as cost_rank,
    periods.days as days,

    ----------  text
    toLowCardinality({{ qa_colour('qa_pass_share') }}) as qa_colour,

    ----------  booleans
    periods.is_complete as is_complete,

    ----------  timestamps
    last_run_at,
    periods.period_start_date as period_start_date,
    periods.period_last_date as period_last_date

from measured_periods as measured
inner join periods
    on
        measured.period_kind = periods.period_kind
        and measured.period_start_date = periods.period_start_date
