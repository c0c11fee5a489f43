{{ config(order_by='(source, source_file, line_number, column_name)') }}

with

loads as (

    select * from {{ ref('base_tokenhouse__visible_loads') }}

),

issues as (

    select * from {{ ref('stg_tokenhouse__data_issues') }}
    where rule != ''

),

rejected_lines as (

    select * from {{ ref('stg_tokenhouse__rejected_lines') }}
    where load_id in (select loads.load_id from loads)

)

select
    cast(loads.source as String) as source,
    cast(issues.entity as String) as entity,
    cast(issues.source_file as String) as source_file,
    issues.line_number as line_number,
    issues.run_key as run_key,
    issues.column_name as column_name,
    issues.issue_number as issue_number,
    issues.rule as rule,
    issues.logged_value as logged_value,
    issues.handling as handling,
    toBool(issues.handling = 'quarantined') as is_quarantined
from issues
inner join loads
    on issues.load_id = loads.load_id

union all

-- A line that could not be read at all has no columns.
select
    cast(rejected_lines.source as String) as source,
    cast(rejected_lines.entity as String) as entity,
    cast(rejected_lines.source_file as String) as source_file,
    line_number,
    '' as run_key,
    '' as column_name,
    toUInt64(record_number) as issue_number,
    reason as rule,
    line_text as logged_value,
    'quarantined' as handling,
    true as is_quarantined
from rejected_lines
