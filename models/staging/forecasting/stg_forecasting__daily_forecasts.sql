with

source as (

    select * from {{ source('forecasting', 'daily_forecasts') }}

)

select
    unique_id,
    metric,
    cutoff_date,
    date,
    horizon_days,
    method,
    fallback,
    forecast,
    expected,
    lo_80,
    hi_80,
    lo_95,
    hi_95,
    model_version,
    fitted_at
from source
