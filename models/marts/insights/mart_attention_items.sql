{{ config(order_by='(scope_id, what, item_id)') }}

{#- Words of what is compared: a wider finding is explained by a narrower one of the same. -#}
{%- set same_rules = "['period_cost_change', 'period_cost_spike', 'budget_threshold', 'budget_forecast'], ['cost_spike', 'cost_spike', 'budget_risk', 'budget_risk']" -%}
{%- set families = "['performance', 'reliability'], ['performance', 'reliability'], 'cost'" -%}

with

insights as (

    select * from {{ ref('mart_insights') }}
    where is_shown

),

budgets as (

    select
        budget_id,
        any(scope_id) as budget_scope_id
    from {{ ref('int_budget_periods') }}
    group by budget_id

),

active_alerts as (

    select
        alerts.*,
        multiIf(
            alerts.subject_type = 'budget', budgets.budget_scope_id,
            alerts.subject_type = 'period', extract(alerts.subject_id, '^(.*)/[a-z]+/[0-9-]+$'),
            concat('workflow:', alerts.workflow_id)
        ) as scope_id
    from {{ ref('mart_alerts') }} as alerts
    left join budgets
        on extract(alerts.subject_id, '^(.*)/[0-9]{4}-[0-9]{2}-[0-9]{2}') = budgets.budget_id
    where
        alerts.is_active
        and toDate(alerts.first_seen_at) >= (select max(insights.period_start_date) from insights)

),

alerts as (

    select
        *,
        row_number() over (
            partition by scope_id, rule_id
            order by indexOf({{ attention_ranks() }}, severity) asc, first_seen_at desc, alert_id asc
        ) as place,
        count() over (partition by scope_id, rule_id) as alike_count
    from active_alerts

),

issues as (

    select
        source,
        count() as issue_count,
        countIf(is_quarantined) as quarantined_count
    from {{ ref('mart_data_issues') }}
    group by source

)

-- Everything that is known, also what nobody needs to look at: it may explain what is.
select
    'insight' as kind,
    finding_id as item_id,
    toString(severity) as severity,
    scope_id,
    transform(toString(category), {{ families }}) as family,
    if(subject_type = 'metric', concat(rule_id, '/', subject_id), rule_id) as what,
    -- With its subject, which a title in a list of one scope leaves out.
    if(
        scope_key = '' or position(title, scope_key) > 0,
        title,
        concat(if(scope_kind = 'workflow', '', concat(scope_kind, ' ')), scope_key, ': ', title)
    ) as title,
    description,
    recommendations[1] as recommendation,
    abs(impact_usd) as usd,
    first_seen_date as since_date,
    toBool(severity != 'info' or coalesce(net_savings_usd >= {{ var('attention').min_savings_usd }}, false)) as is_needed
from insights

union all

select
    'alert' as kind,
    alert_id as item_id,
    severity,
    scope_id,
    'cost' as family,
    if(
        subject_type = 'period', 'cost_spike/cost_usd', transform(rule_id, {{ same_rules }}, rule_id)
    ) as what,
    concat(
        if(workflow_id = '' or position(message, workflow_id) > 0, '', concat(workflow_id, ': ')),
        message,
        if(alike_count > 1, concat(' (and ', toString(alike_count - 1), ' more like it)'), '')
    ) as title,
    '' as description,
    'See mart_alerts for the figures behind it' as recommendation,
    if(
        subject_type = 'period',
        toNullable(JSONExtractFloat(evidence, 'cost_usd') - JSONExtractFloat(evidence, 'previous_cost_usd')),
        null
    ) as usd,
    toDate(first_seen_at) as since_date,
    toBool(severity in ('critical', 'major', 'warning')) as is_needed
from alerts
where place = 1

union all

select
    'data_issue' as kind,
    scope_id as item_id,
    'warning' as severity,
    concat('source:', source) as scope_id,
    'data' as family,
    'data_issue' as what,
    concat(toString(issue_count), ' logged values could not be believed') as title,
    concat(toString(quarantined_count), ' rows are left out; the other values are unknown.') as description,
    'See mart_data_issues for file, line and reason' as recommendation,
    null as usd,
    (select max(insights.period_last_date) from insights) as since_date,
    toBool(true) as is_needed
from issues
