"""Jobs: everything, and everything but the loading."""

import dagster as dg

from orchestration.defs.forecasting.assets import FORECASTS

__all__ = ["build", "forecast", "load_and_build"]

# A run that meets a busy warehouse, or a server that restarts, is worth another try.
_RETRIED = {"dagster/max_retries": "2"}

load_and_build = dg.define_asset_job(
    "load_and_build",
    selection=dg.AssetSelection.all(),
    description="Load what has landed, build every model, forecast, run every test.",
    tags=_RETRIED,
)

build = dg.define_asset_job(
    "build",
    selection=dg.AssetSelection.kind("dbt"),
    description="Build every model and run every test on what is loaded.",
    tags=_RETRIED,
)

forecast = dg.define_asset_job(
    "forecast",
    selection=dg.AssetSelection.assets(*FORECASTS).downstream(),
    description="Forecast the daily series that are built, and build the marts on the forecasts.",
    tags=_RETRIED,
)
