"""Daily forecasts of many series: estimators, intervals, back-tests; free of Dagster and SQL."""
