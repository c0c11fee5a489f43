"""What a series is made of: gaps, scale, season, outliers, silence, the year."""
