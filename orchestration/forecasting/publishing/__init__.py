"""Input and output of forecasts: files, tables, charts."""
