"""Jobs."""

import dagster as dg

from orchestration.defs.forecasting.assets import FORECASTS
from orchestration.defs.watch.checks import WATCHED

__all__ = ["build", "forecast", "load_and_build", "watch"]

# A retry helps if the warehouse was busy, or a server was restarting.
_RETRIED = {"dagster/max_retries": "2"}

load_and_build = dg.define_asset_job(
    "load_and_build",
    selection=dg.AssetSelection.all(),
    description="Load new files, build every model, forecast, and run every test.",
    tags=_RETRIED,
)

build = dg.define_asset_job(
    "build",
    selection=dg.AssetSelection.kind("dbt"),
    description="Build every model and run every test on the loaded data.",
    tags=_RETRIED,
)

forecast = dg.define_asset_job(
    "forecast",
    selection=dg.AssetSelection.assets(*FORECASTS).downstream(),
    description="Forecast the daily series, and build the marts that use the forecasts.",
    tags=_RETRIED,
)

watch = dg.define_asset_job(
    "watch",
    selection=dg.AssetSelection.checks(*WATCHED),
    description="Run the checks on freshness, volume, prices, budgets, drift and forecasts.",
    tags=_RETRIED,
)
