"""Preprocessing of series: gaps, scale, seasonality, outliers, inactivity, smearing."""
