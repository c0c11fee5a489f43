-- R047, R048: each kind of scope counts the runs with a verdict of quality checks, those with an unknown word included.
{{ config(meta={'dagster': {'ref': {'name': 'mart_daily_metrics'}}}) }}

with

runs as (

    select
        countIf(qa_status != '') as checked_run_count,
        countIf(qa_status = 'passed') as passed_count
    from {{ ref('int_scope_runs') }}
    where started_date <= (select as_of.as_of_date from {{ ref('int_as_of') }} as as_of)

),

-- A run of several models, keys or tags is in the scope of each.
totals as (

    select
        scope_kind,
        sum(days.qa_run_count + days.qa_not_run_count) as checked_run_count,
        sum(days.qa_passed_count) as passed_count,
        sum(days.qa_passed_count + days.qa_warning_count + days.qa_failed_count + days.qa_error_count) as known_count,
        sum(days.qa_run_count) as qa_run_count
    from {{ ref('mart_daily_metrics') }} as days
    where scope_kind not in ('model', 'provider')
    group by scope_kind

)

select
    totals.scope_kind as scope_kind,
    totals.checked_run_count as checked_run_count,
    runs.checked_run_count as runs_checked_run_count
from totals
cross join runs
where
    totals.checked_run_count != runs.checked_run_count
    or totals.passed_count != runs.passed_count
    or totals.known_count > totals.qa_run_count
