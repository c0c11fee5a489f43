"""Names of forecasts' tables and check, apart from the libraries that make them.

Each process of Dagster reads its definitions, which have these names. None but a run that forecasts
needs pandas and scikit-learn, which take a second and more of processor time.
"""

__all__ = ["NOT_WORSE", "TABLES"]

NOT_WORSE = "is_not_worse_than_naive"
"""Name of the check that what is published has passed."""

TABLES = ("daily_forecasts", "forecast_totals", "forecast_backtests", "forecast_choices")
