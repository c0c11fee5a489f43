"""tokenhouse: loading, building, running and looking ahead around the dbt project."""
