{{ config(order_by='(cascade_id, date)') }}

{#- Document B's days_ahead. -#}
{% set days_ahead = 7 -%}

with

trends as (

    select * from {{ ref('int_cost_trends') }}
    -- What analysed runs cost, by the day on which they started.
    where
        metric = 'analysed_cost_usd'
        and series_kind = 'workflow'

),

coming_days as (

    select
        *,
        arrayJoin(range({{ days_ahead }})) as days_later
    from trends

)

-- Document B's answer, under its names. Its line may fall below zero, as the document has it; mart_cost_forecasts
-- has a forecast that does not.
select
    series_key as cascade_id,
    toUInt16(history_days + days_later) as day,
    last_date + toUInt16(days_later) + 1 as date,
    slope_usd_per_day * (history_days + days_later) + intercept_usd as predicted_cost,
    toLowCardinality(if(slope_usd_per_day > 0, 'increasing', 'decreasing')) as trend,
    r_squared as confidence,
    slope_usd_per_day as slope,
    intercept_usd as intercept,
    history_days
from coming_days
