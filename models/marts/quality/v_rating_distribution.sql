{{ config(materialized='view') }}

with

periods as (

    select * from {{ ref('mart_period_metrics') }}

),

-- All five, those that nobody gave too.
stars as (

    select
        *,
        arrayJoin([{% for star in range(1, 6) %}({{ star }}, rating_{{ star }}_count){{ ', ' if not loop.last }}{% endfor %}]) as star
    from periods

)

select
    scope_kind,
    scope_key,
    scope_id,
    period_kind,
    period_start_date,
    toUInt8(star.1) as rating,
    toUInt64(star.2) as rated_count,
    {{ safe_ratio('star.2', 'rating_count') }} as rated_share
from stars
