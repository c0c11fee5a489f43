with

source as (

    select * from {{ source('forecasting', 'forecast_choices') }}

)

select
    metric,
    cutoff_date,
    method,
    basis,
    reason,
    is_published,
    judged_forecasts,
    mase,
    naive_mase,
    seasonal_naive_mase,
    model_version,
    fitted_at
from source
