{{ config(materialized='view') }}

with

calls as (

    select
        *,
        if(empty(tags), [''], arraySort(arrayDistinct(tags))) as call_tags,
        arrayEnumerate(call_tags) as places
    from {{ ref('fct_calls') }}

)

select
    ----------  ids
    call_id,
    tag,

    ----------  numerics
    toUInt32(length(call_tags)) as tag_count,
    1 / tag_count as share,
    cost_usd,
    cast({{ allocated_cost('cost_usd', 'call_tags', 'place') }} as Nullable(Decimal(38, 12))) as allocated_cost_usd,

    ----------  timestamps
    called_at,
    called_date

from calls
array join
    call_tags as tag,
    places as place
