"""Where series come from and forecasts go: files, tables, charts."""
