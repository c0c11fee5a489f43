{{ config(materialized='view') }}

with

projects as (

    select * from {{ ref('mart_period_metrics') }}
    where
        scope_kind = 'project'
        and period_kind = 'all'

)

select
    toUInt32(cost_rank) as position,
    if(scope_key = '', '(none)', scope_key) as project_name,
    run_count as runs_count,
    last_run_at,
    if(last_run_at is null, null, {{ iso_time('assumeNotNull(last_run_at)') }}) as last_run_time,
    total_tokens,
    cost_usd as total_cost_usd,
    coalesce(avg_duration_ms, 0) / 1000 as avg_duration_seconds,
    qa_passed_count as qa_passed,
    qa_warning_count as qa_warning,
    qa_failed_count as qa_failed,
    qa_not_run_count as qa_not_run,
    qa_pass_share,
    qa_colour,
    coalesce(substring(last_run_time, 1, 19), '') as last_run_display,
    {{ grouped_number('total_tokens') }} as total_tokens_display,
    concat('$', {{ grouped_number('cost_usd', 2) }}) as total_cost_display,
    {{ rounded_half_up('avg_duration_seconds', 1) }} as avg_duration_display,
    if(qa_pass_share is null, '', concat({{ grouped_number('assumeNotNull(qa_pass_share) * 100') }}, '%')) as qa_pass_display
from projects
