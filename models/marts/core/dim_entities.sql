{{ config(order_by='(entity_kind, entity_id)') }}

with

calls as (

    select * from {{ ref('int_scope_calls') }}

),

runs as (

    select * from {{ ref('int_scope_runs') }}

),

-- Kind, id and, where the log has one next to the id, name. A project is logged by its name.
mentions as (

    select
        called_at as seen_at,
        arrayJoin([
            ('organization', organization_id, ''),
            ('team', team_id, team_alias),
            ('project', project, ''),
            ('user', user_id, ''),
            ('api_key', api_key_id, api_key_alias)
        ]) as entity
    from calls

    union all

    select
        started_at as seen_at,
        arrayJoin([
            ('organization', organization_id, ''),
            ('team', team_id, ''),
            ('project', project, ''),
            ('user', user_id, '')
        ]) as entity
    from runs

)

select
    ----------  ids
    toLowCardinality(entity.1) as entity_kind,
    entity.2 as entity_id,
    concat(entity_kind, ':', entity_id) as scope_id,

    ----------  text
    coalesce(nullIf(argMaxIf(entity.3, (seen_at, entity.3), entity.3 != ''), ''), entity_id) as name,

    ----------  timestamps
    min(seen_at) as first_seen_at,
    max(seen_at) as last_seen_at

from mentions
where entity.2 != ''
group by
    entity_kind,
    entity_id
