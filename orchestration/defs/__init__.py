"""Dagster's definitions: every module here is loaded."""
