"""Ready dashboards for BI tools: the same charts for Superset and for Grafana."""
