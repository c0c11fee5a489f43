{{ config(materialized='view') }}

{%- set ranks = "['critical', 'major', 'warning', 'minor', 'info']" -%}

with

insights as (

    select * from {{ ref('mart_insights') }}
    where is_shown

),

alerts as (

    select
        *,
        row_number() over (partition by workflow_id, rule_id order by first_seen_at desc, alert_id asc) as place,
        count() over (partition by workflow_id, rule_id) as alike_count
    from {{ ref('mart_alerts') }}
    where
        is_active
        and toDate(first_seen_at) >= (select max(insights.period_start_date) from insights)

),

issues as (

    select
        source,
        count() as issue_count,
        countIf(is_quarantined) as quarantined_count
    from {{ ref('mart_data_issues') }}
    group by source

),

items as (

    select
        'insight' as kind,
        toString(severity) as severity,
        toString(scope_id) as subject,
        -- With its subject, which a title in a list of one scope leaves out.
        if(
            scope_key = '' or position(title, scope_key) > 0,
            title,
            concat(if(scope_kind = 'workflow', '', concat(scope_kind, ' ')), scope_key, ': ', title)
        ) as title,
        description,
        recommendations[1] as recommendation,
        finding_id as item_id,
        if(workflow_id != '', concat('workflow:', workflow_id), rule_id) as cause,
        abs(impact_usd) as usd,
        first_seen_date as since_date
    from insights
    where
        severity != 'info'
        or net_savings_usd >= {{ var('attention').min_savings_usd }}

    union all

    select
        'alert' as kind,
        severity,
        multiIf(workflow_id != '', concat('workflow:', workflow_id), position(subject_id, ':') > 0, subject_id, concat(subject_type, ':', subject_id))
            as subject,
        concat(
            if(workflow_id = '' or position(message, workflow_id) > 0, '', concat(workflow_id, ': ')),
            message,
            if(alike_count > 1, concat(' (and ', toString(alike_count - 1), ' more like it)'), '')
        ) as title,
        '' as description,
        'See mart_alerts for the figures behind it' as recommendation,
        alert_id as item_id,
        if(workflow_id = '', rule_id, subject) as cause,
        null as usd,
        toDate(first_seen_at) as since_date
    from alerts
    where
        place = 1
        and severity in ('critical', 'major', 'warning')

    union all

    select
        'data_issue' as kind,
        'warning' as severity,
        concat('source:', source) as subject,
        concat(toString(issue_count), ' logged values could not be believed') as title,
        concat(toString(quarantined_count), ' rows are left out; the other values are unknown.') as description,
        'See mart_data_issues for file, line and reason' as recommendation,
        subject as item_id,
        subject as cause,
        null as usd,
        (select max(insights.period_last_date) from insights) as since_date
    from issues

),

-- One per cause, as grave as the gravest: in an insight's words, which say more than an alert's.
causes as (

    select
        *,
        min(indexOf({{ ranks }}, severity)) over (partition by cause) as severity_rank
    from items
    order by
        indexOf(['insight', 'alert', 'data_issue'], kind) asc,
        indexOf({{ ranks }}, severity) asc,
        coalesce(usd, 0) desc,
        item_id asc
    limit 1 by cause

)

select
    toUInt8(row_number() over (
        order by severity_rank asc, coalesce(usd, 0) desc, item_id asc
    )) as place,
    kind,
    arrayElement({{ ranks }}, severity_rank) as severity,
    subject,
    title,
    description,
    recommendation,
    item_id,
    usd,
    since_date
from causes
order by place asc
limit {{ var('attention').most }}
