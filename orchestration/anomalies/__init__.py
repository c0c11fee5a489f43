"""Anomalies in a series, row by row: free of Dagster and of the warehouse."""
