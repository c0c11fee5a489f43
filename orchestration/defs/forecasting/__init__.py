"""Forecasting the daily series."""
