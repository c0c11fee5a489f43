{{ config(materialized='view') }}

with

figures as (

    select * from {{ ref('v_summary') }}

),

boxes as (

    select
        arrayJoin([
            (1, 'passed', qa_passed, 'green'),
            (2, 'warning', qa_warning, 'yellow'),
            (3, 'failed', qa_failed, 'red'),
            (4, 'error', qa_error, 'red'),
            (5, 'not_run', qa_not_run, 'gray')
        ]) as box
    from figures

)

select
    toUInt8(box.1) as position,
    box.2 as status,
    box.3 as run_count,
    box.4 as colour
from boxes
order by position
