"""Jobs."""

import dagster as dg

from orchestration import settings
from orchestration.defs.exporting.assets import REPORT
from orchestration.defs.exporting.daily import DAILY_BILLS
from orchestration.defs.forecasting.assets import FORECASTS
from orchestration.defs.watch.checks import WATCHED
from orchestration.defs.watch.overview import OVERVIEW

__all__ = [
    "NOT_OF_A_LOAD",
    "backfill_history",
    "build",
    "forecast",
    "load_and_build",
    "watch",
    "write_report",
]

# A retry helps if the warehouse was busy, or a server was restarting.
_RETRIED = {"dagster/max_retries": "2"}
NOT_OF_A_LOAD = (DAILY_BILLS, REPORT)
"""Of the partitioned bills a run would want to know the day: their own condition makes them. The
report is monthly, and leaves an entry in the landing directory."""

_EVERYTHING = dg.AssetSelection.all() - dg.AssetSelection.assets(*NOT_OF_A_LOAD)

load_and_build = dg.define_asset_job(
    "load_and_build",
    selection=_EVERYTHING,
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
    selection=dg.AssetSelection.assets(*FORECASTS).downstream() - dg.AssetSelection.assets(REPORT),
    description="Forecast the daily series, and build the marts that use the forecasts.",
    tags=_RETRIED,
)

write_report = dg.define_asset_job(
    "write_report",
    selection=dg.AssetSelection.assets(REPORT),
    description="Write the page as one HTML file, kept for downloads.",
    tags=_RETRIED,
)

watch = dg.define_asset_job(
    "watch",
    selection=dg.AssetSelection.checks(*WATCHED) | dg.AssetSelection.assets(OVERVIEW),
    description=(
        "Run the checks on freshness, volume, prices, budgets, drift and forecasts, and draw the "
        "overview."
    ),
    tags=_RETRIED,
)

backfill_history = dg.define_asset_job(
    "backfill_history",
    selection=_EVERYTHING - dg.AssetSelection.assets(*FORECASTS).downstream(),
    config=dg.RunConfig(
        ops={"load_logs": {"config": {"limit": settings.project_vars()["backfill_files"]}}}
    ),
    description=(
        "Load files of the landing directory that are not loaded yet, the newest first, at most "
        "`backfill_files` of them, and build: completed sessions without an analysis get one "
        "(R042). Launch it again until nothing is left; forecasts follow with the daily run."
    ),
    tags=_RETRIED,
)
