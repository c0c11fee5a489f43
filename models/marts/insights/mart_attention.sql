{{ config(order_by='(cause, kind, item_id)') }}

with

items as (

    select * from {{ ref('mart_attention_items') }}

),

scope_workflows as (

    select
        scope_id,
        groupUniqArrayArray(workflows) as scope_members
    from {{ ref('int_scope_days') }}
    where date > (select as_of.last_complete_date from {{ ref('int_as_of') }} as as_of) - {{ var('opportunities').days }}
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
