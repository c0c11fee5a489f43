"""Transformation: run dbt on the project, in the same way from the command line and Dagster."""
