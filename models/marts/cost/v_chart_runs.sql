{{ config(materialized='view') }}

select
    date,
    label,
    runs as value
from {{ ref('v_timeseries') }}
