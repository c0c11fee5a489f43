with

source as (

    select * from {{ source('forecasting', 'forecast_backtests') }}

)

select
    unique_id,
    metric,
    method,
    cutoff_date,
    horizon_days,
    origin_count,
    forecast_count,
    mase,
    relative_mase,
    smape,
    wape,
    pinball,
    coverage_80,
    coverage_95,
    total_error,
    model_version,
    fitted_at
from source
