{{ config(materialized='view') }}

with

alerts as (

    select * from {{ ref('mart_alerts') }}

),

insights as (

    select * from {{ ref('mart_insights') }}
    where is_shown

),

attention as (

    select * from {{ ref('v_attention') }}

),

runs as (

    select
        run_id,
        workflow_id,
        [concat('organization:', organization_id), concat('team:', team_id), concat('project:', project)] as scopes
    from {{ ref('run_analytics') }}

),

workflows as (

    select
        workflow_id,
        arrayDistinct(arrayFlatten(groupUniqArray(scopes))) as scopes
    from runs
    group by workflow_id

),

delivery_rules as (

    select groupArray((rule_id, what, {{ severity_rank('min_severity') }}, scope)) as rules
    from {{ ref('delivery_rules') }}
    where is_enabled

),

items as (

    select
        'alert' as kind,
        alert_id as notice_id,
        rule_id,
        severity,
        -- Of a budget or a period it is the scope before the slash.
        multiIf(
            position(subject_id, ':') > 0 and run_id = '', splitByChar('/', subject_id)[1],
            workflow_id != '', concat('workflow:', workflow_id),
            'total'
        ) as scope_id,
        workflow_id,
        run_id,
        message as title,
        '' as description,
        'See mart_alerts for the figures behind it' as recommendation,
        is_active as is_open,
        first_seen_at as seen_at
    from alerts

    union all

    select
        'insight' as kind,
        finding_id as notice_id,
        rule_id,
        severity,
        scope_id,
        workflow_id,
        '' as run_id,
        title,
        description,
        recommendations[1] as recommendation,
        true as is_open,
        -- Of a day it is known when the day is over.
        toDateTime64(first_seen_date + 1, 3, 'UTC') as seen_at
    from insights

    union all

    select
        kind,
        item_id as notice_id,
        kind as rule_id,
        severity,
        subject as scope_id,
        '' as workflow_id,
        '' as run_id,
        title,
        description,
        recommendation,
        true as is_open,
        toDateTime64(assumeNotNull(since_date) + 1, 3, 'UTC') as seen_at
    from attention
    where
        kind = 'data_issue'
        and since_date is not null

),

placed as (

    select
        items.notice_id as notice_id,
        items.kind as kind,
        items.rule_id as rule_id,
        items.scope_id as scope_id,
        items.run_id as run_id,
        items.title as title,
        items.description as description,
        items.recommendation as recommendation,
        items.is_open as is_open,
        items.seen_at as seen_at,
        attention.place as attention_place,
        -- What needs somebody is as grave as the gravest of its cause.
        if(attention.place > 0, attention.severity, items.severity) as shown_severity,
        attention.usd as usd,
        arrayFilter(
            scope -> not endsWith(scope, ':'),
            arrayDistinct(arrayConcat(
                ['total', items.scope_id, concat('workflow:', items.workflow_id)],
                if(items.run_id != '', runs.scopes, workflows.scopes)
            ))
        ) as scopes
    from items
    left join attention
        on items.notice_id = attention.item_id
    left join runs
        on items.run_id = runs.run_id
    left join workflows
        on items.workflow_id = workflows.workflow_id

)

select
    placed.notice_id as notice_id,
    placed.kind as kind,
    placed.rule_id as rule_id,
    placed.shown_severity as severity,
    placed.scope_id as scope_id,
    placed.scopes as scopes,
    placed.run_id as run_id,
    placed.title as title,
    placed.description as description,
    placed.recommendation as recommendation,
    placed.usd as usd,
    placed.attention_place as attention_place,
    arrayMap(rule -> rule.1, arrayFilter(
        rule ->
        (rule.2 = placed.kind or rule.2 = 'attention' and placed.attention_place > 0)
        and {{ severity_rank('placed.shown_severity') }} >= rule.3
        and (rule.4 = '' or has(placed.scopes, rule.4)),
        delivery_rules.rules
    )) as delivery_rule_ids,
    placed.is_open as is_open,
    placed.seen_at as seen_at
from placed
cross join delivery_rules
