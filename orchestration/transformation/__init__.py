"""Transformation: running dbt on the project, the same way from the command line and Dagster."""
