-- A table: readers of a snapshot have the marts, and not what lies below them.
{{ config(materialized='table') }}

{%- set monthly_budget = var('analytics').monthly_budget -%}

with

as_of as (

    select * from {{ ref('int_as_of') }}

),

metrics as (

    select
        *,
        -- 2loop, 2-loop, two_loop: document C's modes, however they are written.
        replaceRegexpAll(lower(scope_key), '[-_ ]', '') as mode_name
    from {{ ref('mart_period_metrics') }}
    where
        (scope_kind in ('total', 'mode') and period_kind = 'all')
        or (
            scope_kind = 'total'
            and period_kind = 'month'
            and period_start_date = (select toStartOfMonth(as_of.as_of_date) from as_of)
        )

),

-- Aggregates over nothing are the documents' zeros (R059).
figures as (

    select
        {% for column in ['run_count', 'total_tokens', 'cost_usd', 'run_duration_ms_sum', 'run_duration_count',
            'qa_run_count', 'qa_passed_count', 'qa_warning_count', 'qa_failed_count', 'qa_error_count',
            'qa_not_run_count', 'qa_judged_count'] -%}
            sumIf(metrics.{{ column }}, scope_kind = 'total' and period_kind = 'all') as {{ column }},
        {% endfor -%}
        sumIf(metrics.run_count, mode_name in ('2loop', 'twoloop')) as runs_2loop,
        sumIf(metrics.run_count, mode_name in ('3loop', 'threeloop')) as runs_3loop,
        sumIf(metrics.cost_usd, period_kind = 'month') as current_month_cost_usd
    from metrics

),

jobs as (

    select
        count() as total_jobs,
    {% for state in ['completed', 'failed', 'cancelled', 'running', 'queued'] -%}
        countIf(status = '{{ state }}') as jobs_{{ state }}{{ ',' if not loop.last }}
    {% endfor %}
    from {{ ref('fct_jobs') }}

),

budgets as (

    select
        {% if monthly_budget is none -%}
            max(amount_usd) as monthly_budget_usd
        {%- else -%}
            coalesce(max(amount_usd), toDecimal128('{{ monthly_budget }}', 12)) as monthly_budget_usd
        {%- endif %}
    from {{ ref('mart_budgets') }}
    where
        budget_id = 'monthly'
        and is_current

)

select
    ----------  runs
    figures.run_count as total_runs,
    figures.total_tokens as total_tokens,
    figures.cost_usd as total_cost_usd,
    coalesce({{ safe_ratio('figures.cost_usd', 'figures.run_count') }}, 0) as avg_cost_per_run_usd,
    coalesce({{ safe_ratio('figures.run_duration_ms_sum', 'figures.run_duration_count') }}, 0) / 1000 as avg_duration_seconds,
    figures.runs_2loop as runs_2loop,
    figures.runs_3loop as runs_3loop,

    ----------  jobs
    jobs.total_jobs as total_jobs,
    {% for state in ['completed', 'failed', 'cancelled', 'running', 'queued'] -%}
        jobs.jobs_{{ state }} as jobs_{{ state }},
    {% endfor %}
    ----------  quality
    figures.qa_run_count as total_qa_runs,
    {% for verdict in ['passed', 'warning', 'failed', 'error', 'not_run'] -%}
        figures.qa_{{ verdict }}_count as qa_{{ verdict }},
    {% endfor -%}
    figures.qa_judged_count as qa_judged,
    {{ safe_ratio('figures.qa_passed_count', 'figures.qa_judged_count') }} as qa_pass_share,

    ----------  budget
    cast(budgets.monthly_budget_usd as Nullable(Decimal(38, 12))) as monthly_budget_usd,
    figures.current_month_cost_usd as current_month_cost_usd,
    cast(budgets.monthly_budget_usd - figures.current_month_cost_usd as Nullable(Decimal(38, 12))) as budget_remaining_usd,

    ----------  timestamps
    coalesce((select as_of.last_event_at from as_of), toDateTime64(0, 3, 'UTC')) as generated_at

from figures
cross join jobs
cross join budgets
