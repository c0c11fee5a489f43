{{ config(order_by='(rule_id, subject_id)') }}

with

budgets as (

    select * from {{ ref('int_budget_periods') }}

),

crossings as (

    select * from {{ ref('int_budget_crossings') }}

),

outlooks as (

    select * from {{ ref('int_budget_outlooks') }}

),

runs as (

    select * from {{ ref('int_scope_runs') }}
    where ended_at is not null

),

-- The first forecast of a period by which the money does not last.
warnings as (

    select
        outlooks.budget_id as budget_id,
        outlooks.period_start_date as period_start_date,
        min(outlooks.cutoff_date) as warned_date,
        argMin(outlooks.spent_usd, outlooks.cutoff_date) as spent_usd,
        argMin(toFloat64(outlooks.spent_usd) + outlooks.remaining_usd, outlooks.cutoff_date) as expected_usd
    from outlooks
    inner join budgets
        on
            outlooks.budget_id = budgets.budget_id
            and outlooks.period_start_date = budgets.period_start_date
    where
        outlooks.spent_usd < budgets.amount_usd
        and toFloat64(outlooks.spent_usd) + outlooks.remaining_usd >= budgets.amount_usd
    group by
        budget_id,
        period_start_date

)

select
    'budget_threshold' as rule_id,
    'budget' as subject_type,
    concat(budgets.budget_id, '/', toString(budgets.period_start_date), '/', toString(crossings.threshold_pct)) as subject_id,
    '' as run_id,
    if(budgets.scope_kind = 'workflow', budgets.scope_key, '') as workflow_id,
    subject_id as series,
    crossings.crossed_at as ended_at,
    toNullable(budgets.is_current) as is_open,
    if(crossings.threshold_pct >= {{ var('budget_critical_pct') }}, 'critical', 'warning') as own_severity,
    toFloat64({{ severity_rank('own_severity') }}) as value,
    concat(
        {{ budget_name('budgets') }}, ': ', {{ dollars('crossings.spent_usd') }}, ' of ',
        {{ dollars('assumeNotNull(budgets.amount_usd)') }}, ' spent (', toString(crossings.threshold_pct), '% reached) on day ',
        toString(toDate(crossings.crossed_at) - budgets.period_start_date + 1), ' of ', toString(budgets.period_days), '.'
    ) as message,
    toJSONString(cast(
        (crossings.threshold_pct, assumeNotNull(budgets.amount_usd), crossings.spent_usd, crossings.run_id, crossings.call_id),
        'Tuple(threshold_pct UInt16, amount_usd Float64, spent_usd Float64, run_id String, call_id String)'
    )) as evidence
from crossings
inner join budgets
    on
        crossings.budget_id = budgets.budget_id
        and crossings.period_start_date = budgets.period_start_date

union all

select
    'budget_forecast' as rule_id,
    'budget' as subject_type,
    concat(budgets.budget_id, '/', toString(budgets.period_start_date)) as subject_id,
    '' as run_id,
    if(budgets.scope_kind = 'workflow', budgets.scope_key, '') as workflow_id,
    subject_id as series,
    subtractMilliseconds(toDateTime64(warnings.warned_date + 1, 3, 'UTC'), 1) as ended_at,
    toNullable(budgets.is_current) as is_open,
    'warning' as own_severity,
    1.0 as value,
    concat(
        {{ budget_name('budgets') }}, ': ', {{ dollars('warnings.spent_usd') }}, ' of ',
        {{ dollars('assumeNotNull(budgets.amount_usd)') }}, ' spent by ', toString(warnings.warned_date), '; expected to end at ',
        {{ dollars('warnings.expected_usd') }}, ' (+', {{ dollars('(warnings.expected_usd - toFloat64(assumeNotNull(budgets.amount_usd)))') }}, ').'
    ) as message,
    toJSONString(cast(
        (assumeNotNull(budgets.amount_usd), warnings.spent_usd, warnings.expected_usd, warnings.warned_date),
        'Tuple(amount_usd Float64, spent_usd Float64, expected_end_usd Float64, forecast_date Date)'
    )) as evidence
from warnings
inner join budgets
    on
        warnings.budget_id = budgets.budget_id
        and warnings.period_start_date = budgets.period_start_date

union all

select
    'qa_failure' as rule_id,
    'run' as subject_type,
    runs.run_id as subject_id,
    runs.run_id as run_id,
    runs.workflow_id as workflow_id,
    runs.workflow_id as series,
    assumeNotNull(runs.ended_at) as ended_at,
    null as is_open,
    'warning' as own_severity,
    toFloat64(runs.qa_status = 'failed') as value,
    concat('Quality checks failed', if(runs.project = '', '', concat(' in project ', runs.project)), '.') as message,
    toJSONString(cast((runs.qa_status, runs.project), 'Tuple(qa_status String, project String)')) as evidence
from runs
where runs.qa_status in ('passed', 'warning', 'failed')

union all

select
    rule.1 as rule_id,
    'period' as subject_type,
    concat(cost_changes.scope_id, '/', cost_changes.period_kind, '/', toString(cost_changes.period_start_date)) as subject_id,
    '' as run_id,
    if(cost_changes.scope_kind = 'workflow', cost_changes.scope_key, '') as workflow_id,
    concat(cost_changes.scope_id, '/', cost_changes.period_kind) as series,
    subtractMilliseconds(toDateTime64(cost_changes.period_last_date + 1, 3, 'UTC'), 1) as ended_at,
    null as is_open,
    rule.2 as own_severity,
    toFloat64({{ severity_rank('own_severity') }}) as value,
    concat(
        'Cost', if(cost_changes.scope_kind = 'total', '', concat(' of ', cost_changes.scope_kind, ' ', cost_changes.scope_key)), ' increased by ',
        {{ grouped_number('greatest(cost_changes.change_pct, 0)') }}, '%, from ', {{ dollars('cost_changes.previous_cost_usd') }}, ' to ',
        {{ dollars('cost_changes.cost_usd') }}, ', in the ', cost_changes.period_kind, ' from ', toString(cost_changes.period_start_date), '.'
    ) as message,
    toJSONString(cast(
        (cost_changes.scope_id, cost_changes.cost_usd, cost_changes.previous_cost_usd, cost_changes.change_pct),
        'Tuple(scope_id String, cost_usd Float64, previous_cost_usd Float64, change_pct Float64)'
    )) as evidence
from {{ ref('int_period_costs') }} as cost_changes
array join [('period_cost_spike', cost_changes.severity), ('period_cost_change', cost_changes.calibrated_severity)] as rule
