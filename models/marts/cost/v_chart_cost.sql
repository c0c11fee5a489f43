{{ config(materialized='view') }}

select
    date,
    label,
    cost_usd as value
from {{ ref('v_timeseries') }}
