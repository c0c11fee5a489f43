with

source as (

    select * from {{ source('forecasting', 'forecast_totals') }}

)

select
    unique_id,
    metric,
    cutoff_date,
    horizon_days,
    method,
    forecast,
    lo_80,
    hi_80,
    lo_95,
    hi_95,
    model_version,
    fitted_at
from source
