"""Daily forecasts of many series: estimators, intervals and back-tests, without Dagster or SQL."""
