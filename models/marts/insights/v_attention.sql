{{ config(materialized='view') }}

with

items as (

    select * from {{ ref('mart_attention') }}

),

causes as (

    select
        cause,
        min(indexOf({{ attention_ranks() }}, severity)) as severity_rank,
        count() as item_count
    from items
    group by cause

)

select
    toUInt8(row_number() over (
        order by causes.severity_rank asc, coalesce(items.usd, 0) desc, items.item_id asc
    )) as place,
    items.kind as kind,
    arrayElement({{ attention_ranks() }}, causes.severity_rank) as severity,
    items.subject as subject,
    items.title as title,
    items.description as description,
    items.recommendation as recommendation,
    items.item_id as item_id,
    items.usd as usd,
    causes.item_count as item_count,
    items.since_date as since_date
from items
inner join causes
    on items.cause = causes.cause
where items.place_in_cause = 1
order by place asc
limit {{ var('attention').most }}
