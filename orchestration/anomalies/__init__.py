"""Anomaly detection in a series, row by row; independent of Dagster and the warehouse."""
