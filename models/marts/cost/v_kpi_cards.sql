{{ config(materialized='view') }}

with

figures as (

    select * from {{ ref('v_summary') }}

),

cards as (

    select
        arrayJoin([
            (
                1, 'Total Runs', {{ grouped_number('total_runs') }},
                concat(toString(runs_2loop), ' two-loop, ', toString(runs_3loop), ' three-loop'), ''
            ),
            (2, 'Total Tokens', {{ grouped_number('total_tokens') }}, '', ''),
            (3, 'Total Cost', {{ dollars('total_cost_usd') }}, concat({{ dollars('avg_cost_per_run_usd', 4) }}, ' a run'), ''),
            (4, 'Average Duration', concat({{ grouped_number('avg_duration_seconds', 1) }}, ' s'), '', ''),
            (
                5, 'QA Pass Rate',
                if(qa_pass_share is null, '–', concat({{ grouped_number('coalesce(qa_pass_share, 0) * 100') }}, '%')),
                concat(toString(qa_passed), ' of ', toString(qa_judged)),
                transform({{ qa_colour('qa_pass_share') }}, ['green', 'yellow', 'red'], ['good', 'warn', 'bad'], '')
            ),
            (
                6, 'Jobs', {{ grouped_number('total_jobs') }},
                concat(toString(jobs_completed), ' completed, ', toString(jobs_failed), ' failed'),
                if(jobs_failed > 0, 'warn', '')
            )
        ]) as box
    from figures

)

select
    toUInt8(box.1) as position,
    box.2 as card,
    box.3 as value,
    box.4 as detail,
    box.5 as state
from cards
order by position
