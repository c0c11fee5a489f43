{{ config(order_by='(cause, kind, item_id)') }}

{#- Words of what is compared: a wider finding is explained by a narrower one of the same. -#}
{%- set same_rules = "['period_cost_change', 'period_cost_spike', 'budget_threshold', 'budget_forecast'], ['cost_spike', 'cost_spike', 'budget_risk', 'budget_risk']" -%}
{%- set families = "['performance', 'reliability'], ['performance', 'reliability'], 'cost'" -%}

with

as_of as (

    select * from {{ ref('int_as_of') }}

),

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

),

-- Everything that is known, also what nobody needs to look at: it may explain what is.
items as (

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
        severity != 'info' or coalesce(net_savings_usd >= {{ var('attention').min_savings_usd }}, false) as is_needed
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
        severity in ('critical', 'major', 'warning') as is_needed
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
        true as is_needed
    from issues

),

scope_workflows as (

    select
        scope_id,
        groupUniqArrayArray(workflows) as scope_members
    from {{ ref('int_scope_days') }}
    where date > (select as_of.last_complete_date from as_of) - {{ var('opportunities').days }}
    group by scope_id

),

found as (

    select
        items.scope_id as scope_id,
        items.what as what,
        any(items.family) as found_family,
        max(items.usd) as found_usd,
        startsWith(items.scope_id, 'workflow:') as is_workflow,
        if(is_workflow, [substring(items.scope_id, length('workflow:') + 1)], any(scope_workflows.scope_members)) as members
    from items
    left join scope_workflows
        on items.scope_id = scope_workflows.scope_id
    where items.family != 'data'
    group by
        scope_id,
        what

),

-- A finding of a scope is that of a narrower one in it which makes at least half of the money; where no money is known,
-- of the only workflow, or of the narrowest scope, of which the same is found.
candidates as (

    select
        wide.scope_id as scope_id,
        wide.what as what,
        any(wide.found_family) as family,
        any(wide.members) as members,
        arraySort(groupArrayIf(
            (-coalesce(narrow.found_usd, 0), narrow.scope_id),
            narrow.is_workflow and has(wide.members, narrow.members[1]) and coalesce(narrow.found_usd >= wide.found_usd / 2, true)
        )) as workflows,
        arraySort(groupArrayIf(
            (length(narrow.members), narrow.scope_id),
            not narrow.is_workflow
            and not empty(narrow.members)
            and hasAll(wide.members, narrow.members)
            and (length(narrow.members), narrow.scope_id) < (length(wide.members), wide.scope_id)
            and coalesce(narrow.found_usd >= wide.found_usd / 2, true)
        )) as scopes
    from found as wide
    inner join found as narrow
        on wide.what = narrow.what
    where
        not wide.is_workflow
        -- Two budgets are two, whatever they are of.
        and (wide.what != 'budget_risk' or wide.scope_id = narrow.scope_id)
    group by
        scope_id,
        what

),

links as (

    select
        scope_id,
        what,
        family,
        multiIf(
            length(members) = 1, concat('workflow:', members[1]),
            length(workflows) = 1 or tupleElement(workflows[1], 1) < 0, tupleElement(workflows[1], 2),
            ''
        ) as workflow_cause,
        tupleElement(scopes[1], 2) as scope_cause
    from candidates

),

-- What else is found of a scope's cost, performance or reliability is one thing; a budget goes with what its scope costs.
causes as (

    select
        links.scope_id as scope_id,
        links.what as what,
        multiIf(
            links.workflow_cause != '', links.workflow_cause,
            others.workflow_cause != '', others.workflow_cause,
            links.scope_cause != '', concat(links.scope_cause, '/', links.family),
            concat(links.scope_id, '/', links.family)
        ) as own_cause,
        maxIf(own_cause, links.what = 'cost_spike/cost_usd') over (partition by links.scope_id) as cost_cause,
        if(links.what = 'budget_risk' and cost_cause != '', cost_cause, own_cause) as cause
    from links
    left join links as others
        on
            links.scope_cause = others.scope_id
            and links.what = others.what

)

select
    ----------  ids
    items.item_id as item_id,
    items.kind as kind,
    multiIf(startsWith(items.scope_id, 'workflow:'), items.scope_id, items.family = 'data', items.item_id, causes.cause) as cause,

    ----------  text
    toLowCardinality(items.severity) as severity,
    items.scope_id as subject,
    items.title as title,
    items.description as description,
    items.recommendation as recommendation,

    ----------  numerics
    items.usd as usd,
    -- In an insight's words, which say more than an alert's; as grave as can be, and of the workflow at fault.
    toUInt32(row_number() over (
        partition by cause
        order by
            indexOf(['insight', 'alert', 'data_issue'], items.kind) asc,
            indexOf({{ attention_ranks() }}, items.severity) asc,
            startsWith(cause, items.scope_id) desc,
            coalesce(items.usd, 0) desc,
            items.item_id asc
    )) as place_in_cause,

    ----------  dates
    items.since_date as since_date

from items
left join causes
    on
        items.scope_id = causes.scope_id
        and items.what = causes.what
where items.is_needed
